#include "engine/training/training_bytes.h"

#include <algorithm>

#include "engine/core/aligned_buffer.h"
#include "engine/data/batch.h"
#include "engine/data/row_order.h"
#include "engine/data/row_set.h"
#include "engine/data/split.h"
#include "engine/optimizers/weight_update.h"
#include "engine/training/evaluation.h"
#include "engine/training/lowering.h"
#include "engine/training/precision_choice.h"
#include "engine/training/preprocessed_model.h"
#include "engine/training/program.h"

namespace traind::engine {
namespace {

constexpr int64_t kFloat = sizeof(float);

// Weights and gradients in use, what moves them, and a copy of the best.
int64_t WeightBytes(const Stack& network, const TrainingSpec& spec) {
  int64_t trainable = 0;
  int64_t state = 0;
  for (const WeightDefinition& weight : network.weights()) {
    (weight.trainable ? trainable : state) += AlignedBuffer::Aligned(weight.layout.floats());
  }
  const bool keeps_best = spec.keep_best || (spec.early_stopping && spec.early_stopping->restore_best_weights);
  const int64_t gradients = spec.gradient_accumulation_steps > 1 ? 2 : 1;
  return ((1 + gradients) * trainable + state + (keeps_best ? trainable + state : 0)) * kFloat +
         WeightUpdate::bytes(spec.optimizer, trainable);
}

// The scratchpad that all ops share: for the gradient of a kernel oneDNN copies the layer's input and output gradient.
int64_t ScratchpadBytes(const Stack& network, int64_t rows) {
  int64_t widest = 0;
  for (const WeightDefinition& weight : network.weights()) {
    if (weight.shape.size() == 2 && !weight.looked_up) widest = std::max(widest, weight.shape[0] + weight.shape[1]);
  }
  return rows * widest * kFloat;
}

}  // namespace

int64_t TrainingBytes(const Stack& network, const TrainingSpec& spec, const DatasetShape& shape,
                      const DatasetShape* validation, int64_t rows) {
  const PreprocessingPlan plan = PlanPreprocessing(spec.preprocessing, shape);
  const int64_t training_rows = CountTrainingRows(shape.rows, spec.validation_split);
  const int64_t validation_rows = validation == nullptr ? shape.rows - training_rows : validation->rows;
  const int64_t targets = std::max<int64_t>(shape.targets, 1) * (plan.standardize_targets ? 2 : 1);
  const int64_t batch = (Batch::features_floats(rows, shape, plan) + rows * (targets + 1)) * kFloat;
  const bool holds_out = validation == nullptr && validation_rows > 0;
  const int64_t row_indices = RowOrder::bytes(shape.rows) + (holds_out ? RowSet::bytes(shape.rows) : 0);
  return WeightBytes(network, spec) + Activations::floats(network, rows, /*with_gradients=*/true) * kFloat +
         ScratchpadBytes(network, rows) + batch + row_indices +
         Evaluation::bytes(spec, {.rows = std::max(training_rows, validation_rows),
                                  .batch_rows = rows,
                                  .width = network.outputs(),
                                  .classes = shape.classes});
}

absl::StatusOr<int64_t> EstimateTrainingBytes(const TrainingSpec& spec, const DatasetShape& shape,
                                              const DatasetShape* validation) {
  const int64_t rows = std::min(spec.batch_size, CountTrainingRows(shape.rows, spec.validation_split));
  const auto precision = ChoosePrecision(spec.precision);
  if (!precision.ok()) return precision.status();
  const PreprocessingPlan plan = PlanPreprocessing(spec.preprocessing, shape);
  auto network = LowerModel(WithPreprocessing(spec.model, plan), plan.width, rows, BroughtBy(spec.loss), *precision);
  if (!network.ok()) return network.status();
  return TrainingBytes(*network, spec, shape, validation, rows);
}

}  // namespace traind::engine
