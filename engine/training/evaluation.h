// A loss and its metrics over many batches.
#ifndef TRAIND_ENGINE_TRAINING_EVALUATION_H_
#define TRAIND_ENGINE_TRAINING_EVALUATION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/data/batch.h"
#include "engine/losses/loss.h"
#include "engine/metrics/metric_accumulator.h"
#include "engine/training/spec.h"
#include "engine/training/trainer.h"

namespace traind::engine {

// Adds up what an epoch reports. The means are over rows, however they were batched.
class Evaluation {
 public:
  Evaluation(const LossSpec& loss, const std::vector<Metric>& metrics);

  void Reset();

  // Counts a batch and returns its mean loss. If `gradient` is not null it gets the derivative of that mean by each
  // output. Shapes as for Loss::Compute. Allocates nothing.
  double Add(int64_t rows, int64_t width, const float* outputs, const Labels& labels, float* gradient);

  // Sets `<prefix>loss` and `<prefix><metric>`, over the rows since Reset, of which there must be some.
  void Report(const std::string& prefix, MetricValues& values) const;

 private:
  std::unique_ptr<Loss> loss_;
  std::vector<std::unique_ptr<MetricAccumulator>> metrics_;
  int64_t rows_ = 0;
  double loss_sum_ = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_EVALUATION_H_
