// A network as it is behind the preprocessing of its data.
#ifndef TRAIND_ENGINE_TRAINING_PREPROCESSED_MODEL_H_
#define TRAIND_ENGINE_TRAINING_PREPROCESSED_MODEL_H_

#include <cstdint>

#include "engine/data/preprocessing_plan.h"
#include "engine/training/spec.h"

namespace traind::engine {

// `model`, with an embedding of the name `preprocessing` before it where the plan has codes of categories, for rows of
// plan.width numbers.
ModelSpec WithPreprocessing(const ModelSpec& model, const PreprocessingPlan& plan);

// The width of what the first layer of the user's gets.
int64_t ModelInputs(const PreprocessingPlan& plan);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_PREPROCESSED_MODEL_H_
