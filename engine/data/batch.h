// Rows picked out of a dataset, side by side.
#ifndef TRAIND_ENGINE_DATA_BATCH_H_
#define TRAIND_ENGINE_DATA_BATCH_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/aligned_buffer.h"
#include "engine/data/dataset_view.h"
#include "engine/data/preprocessor.h"

namespace traind::engine {

// What the rows of a batch should give: classes for classification, else targets; the other is null.
struct Labels {
  const int32_t* classes = nullptr;  // [rows]
  const float* targets = nullptr;    // [rows, targets]
  const float* weights = nullptr;    // [rows]: how much each row's loss counts; null: 1 each

  // The targets in their own units, where `targets` are standardized; else null.
  const float* own_targets = nullptr;
};

// Room for the features and labels of up to `rows` rows.
class Batch {
 public:
  // `class_weights`, one a class or none at all, multiply the weights of the rows. `preprocessor` was fitted to
  // datasets of that shape and outlives the batch.
  Batch(int64_t rows, const DatasetShape& shape, const Preprocessor& preprocessor, bool has_weights,
        std::vector<float> class_weights);

  // Floats of a batch beside its labels.
  static int64_t features_floats(int64_t rows, const DatasetShape& shape, const PreprocessingPlan& plan);

  // Takes the given rows of `dataset`, of the shape given above, in that order, as float32, and preprocesses them.
  // Allocates nothing. Class weights count where the rows are trained on, not where they measure.
  void Gather(const DatasetView& dataset, std::span<const int64_t> rows, bool with_class_weights);

  const float* features() const { return features_.data(); }  // [rows, width of the plan]
  Labels labels() const;

 private:
  const int64_t targets_a_row_;
  const std::vector<float> class_weights_;
  const Preprocessor& preprocessor_;
  AlignedBuffer features_;
  AlignedBuffer columns_;  // as they are in the dataset, where the plan changes rows
  std::vector<int32_t> classes_;
  std::vector<float> targets_;
  std::vector<float> own_targets_;  // where `targets_` are standardized
  std::vector<float> weights_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_BATCH_H_
