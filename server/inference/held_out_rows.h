// The rows that a job held out of training: what a model can honestly be tried on.
#ifndef TRAIND_SERVER_INFERENCE_HELD_OUT_ROWS_H_
#define TRAIND_SERVER_INFERENCE_HELD_OUT_ROWS_H_

#include <cstdint>
#include <vector>

#include "engine/data/dataset_view.h"
#include "engine/training/spec.h"

namespace traind {

struct HeldOutRows {
  std::vector<int64_t> rows;    // indices into the dataset, ascending
  std::vector<float> features;  // [rows, features], categories as the model knows them
};

// The first `limit` held-out rows of a training of `spec` on `dataset`, found as the training found them. Empty if the
// spec holds out none.
HeldOutRows TakeHeldOutRows(const engine::TrainingSpec& spec, const engine::DatasetView& dataset, int64_t limit);

// The first `limit` rows of a dataset none of which were trained on.
HeldOutRows TakeFirstRows(const engine::DatasetView& dataset, int64_t limit);

}  // namespace traind

#endif  // TRAIND_SERVER_INFERENCE_HELD_OUT_ROWS_H_
