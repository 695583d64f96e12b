// A loss and its metrics over many batches.
#ifndef TRAIND_ENGINE_TRAINING_EVALUATION_H_
#define TRAIND_ENGINE_TRAINING_EVALUATION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/aligned_buffer.h"
#include "engine/core/state_visitor.h"
#include "engine/data/batch.h"
#include "engine/data/preprocessor.h"
#include "engine/losses/loss.h"
#include "engine/metrics/metric_accumulator.h"
#include "engine/training/spec.h"

namespace traind::engine {

// Adds up what an epoch reports. The means are over rows, however they were batched.
class Evaluation {
 public:
  // What it takes in from one Reset to the next, at most.
  struct Size {
    int64_t rows = 0;
    int64_t batch_rows = 0;
    int64_t width = 0;  // outputs a row
    int64_t classes = 0;
  };

  // `preprocessor` outlives it: where it standardizes targets, metrics are of both predictions and targets in their own
  // units; the loss is of what the network gives.
  Evaluation(const TrainingSpec& spec, const Size& size, const Preprocessor& preprocessor);

  // Bytes that it takes.
  static int64_t bytes(const TrainingSpec& spec, const Size& size);

  void Reset();

  // Counts a batch and returns its mean loss. If `gradient` is not null it gets the derivative of that mean by each
  // output. Shapes as for Loss::Compute. Allocates nothing.
  double Add(int64_t rows, const float* outputs, const Labels& labels, float* gradient);

  // Counts the penalty that was added to the mean loss of `rows` rows, or of all of them.
  void AddPenalty(int64_t rows, double penalty) { loss_sum_ += penalty * static_cast<double>(rows); }
  void AddPenalty(double penalty) { AddPenalty(rows_, penalty); }

  // The mean loss over the rows since Reset, of which there must be some.
  double mean_loss() const { return loss_sum_ / static_cast<double>(rows_); }

  // Adds `<prefix>loss` and the metrics, over the rows since Reset, of which there must be some.
  void Report(const std::string& prefix, MetricReport& report) const;

  void VisitState(StateVisitor& visit);

 private:
  const int64_t width_;
  const Preprocessor& preprocessor_;
  std::unique_ptr<Loss> loss_;
  std::vector<std::unique_ptr<MetricAccumulator>> metrics_;
  AlignedBuffer predictions_;  // where a metric looks at something else than the outputs
  int64_t rows_ = 0;
  double loss_sum_ = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_EVALUATION_H_
