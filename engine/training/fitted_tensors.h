// Fitted preprocessing on its way in and out of a weights file, as tensors beside the weights.
#ifndef TRAIND_ENGINE_TRAINING_FITTED_TENSORS_H_
#define TRAIND_ENGINE_TRAINING_FITTED_TENSORS_H_

#include <vector>

#include "engine/data/preprocessor.h"
#include "engine/formats/named_tensor.h"

namespace traind::engine {

// `preprocessing/fill`, `/shift`, `/scale` [columns], `/seen` [categories and 1 for each categorical column],
// `/target_mean`, `/target_deviation` [targets]; those that are empty are left out. No layer has a `/` in its name.
std::vector<NamedTensor> FittedTensors(const FittedPreprocessing& fitted);

// Takes them out of `tensors`, which keep the weights.
FittedPreprocessing TakeFitted(std::vector<NamedTensor>& tensors);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_FITTED_TENSORS_H_
