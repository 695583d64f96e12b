// Losses that look at each output by itself.
#ifndef TRAIND_ENGINE_LOSSES_ELEMENTWISE_LOSS_H_
#define TRAIND_ENGINE_LOSSES_ELEMENTWISE_LOSS_H_

#include <cstdint>

#include "engine/losses/loss.h"

namespace traind::engine {

// What one output gave.
struct ElementLoss {
  double loss = 0;
  double derivative = 0;  // of the loss by the output
  double prediction = 0;  // the output after the activation that the loss brings
};

// Loss::Compute for a loss whose rows are the means over their outputs of `element(output, index)`, which returns an
// ElementLoss; `index` counts the outputs of the batch.
template <typename Element>
double ComputeElementwise(const LossBatch& batch, const Element& element) {
  double sum = 0;
  for (int64_t row = 0; row < batch.rows; ++row) {
    const double scale = RowWeight(batch.labels, row) / static_cast<double>(batch.width);
    double row_sum = 0;
    for (int64_t index = row * batch.width; index < (row + 1) * batch.width; ++index) {
      const ElementLoss one = element(batch.outputs[index], index);
      row_sum += one.loss;
      if (batch.predictions != nullptr) batch.predictions[index] = static_cast<float>(one.prediction);
      if (batch.gradient == nullptr) continue;
      batch.gradient[index] = static_cast<float>(one.derivative * (scale / static_cast<double>(batch.mean_rows)));
    }
    sum += scale * row_sum;
  }
  return sum;
}

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_ELEMENTWISE_LOSS_H_
