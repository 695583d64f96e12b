// What a Preprocessor learns from training rows, in one pass over them, and one more for each few columns that want a
// median or a most frequent number.
#ifndef TRAIND_ENGINE_DATA_PREPROCESSOR_FIT_H_
#define TRAIND_ENGINE_DATA_PREPROCESSOR_FIT_H_

#include <cstdint>
#include <stop_token>

#include "engine/data/dataset_view.h"
#include "engine/data/preprocessing_plan.h"
#include "engine/data/preprocessor.h"
#include "engine/data/row_set.h"

namespace traind::engine {

// Fills what `fitted` says of columns. When `stop` asks it ends soon, and that is of no use.
void FitColumns(const PreprocessingPlan& plan, const DatasetView& dataset, const RowSet& held_out,
                const std::stop_token& stop, FittedPreprocessing& fitted);
// Fills what it says of targets, likewise.
void FitTargets(const DatasetView& dataset, const RowSet& held_out, const std::stop_token& stop,
                FittedPreprocessing& fitted);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_PREPROCESSOR_FIT_H_
