// How wrong outputs are.
#ifndef TRAIND_ENGINE_LOSSES_LOSS_H_
#define TRAIND_ENGINE_LOSSES_LOSS_H_

#include <cstdint>

#include "engine/data/batch.h"

namespace traind::engine {

// What a loss compares outputs with, and how many outputs it wants.
enum class LabelKind {
  kClasses,  // classes: one output a class
  kBinary,   // two classes: one output, which speaks for class 1; or targets, one output each, see the loss
  kTargets,  // numbers: one output each
};

// The activation that a loss needs at the end of a network, which it computes together with itself: apart they would
// overflow or lose digits where probabilities come near 0.
enum class OutputActivation { kNone, kSoftmax, kSigmoid };

// What a batch, or a part of one, gave, and where its loss, gradient and predictions go. All are [rows, width],
// row-major.
struct LossBatch {
  int64_t rows = 0;
  int64_t width = 0;
  const float* outputs = nullptr;  // before the activation that the loss brings, if it brings one
  Labels labels = {};
  float* gradient = nullptr;     // if not null: gets the derivative of the returned SUM / mean_rows by each output
  float* predictions = nullptr;  // if not null: gets the outputs after that activation
  int64_t mean_rows = rows;      // of the whole batch, where these are a part of it
};

// How much the loss of a row counts.
inline float RowWeight(const Labels& labels, int64_t row) {
  return labels.weights == nullptr ? 1.0f : labels.weights[row];
}

// A weighted mean over rows: each row's loss counts `labels.weights[row]` times, and the sum is divided by the number
// of rows, not by the sum of the weights, as in Keras. Stateless; allocates nothing.
class Loss {
 public:
  virtual ~Loss() = default;

  // The SUM of weight times loss over the rows.
  virtual double Compute(const LossBatch& batch) const = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_LOSS_H_
