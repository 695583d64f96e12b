// A figure beside the loss.
#ifndef TRAIND_ENGINE_METRICS_METRIC_ACCUMULATOR_H_
#define TRAIND_ENGINE_METRICS_METRIC_ACCUMULATOR_H_

#include <cstdint>

#include "engine/data/batch.h"

namespace traind::engine {

// Gathers a metric over the batches of an epoch; its value is exact over all their rows, not an average of averages.
class MetricAccumulator {
 public:
  virtual ~MetricAccumulator() = default;

  // Its name in Keras's History, such as `accuracy`.
  virtual const char* name() const = 0;

  virtual void Reset() = 0;

  // Counts the rows of a batch; `outputs` is [rows, width] as for Loss::Compute.
  virtual void Add(int64_t rows, int64_t width, const float* outputs, const Labels& labels) = 0;

  // Over the rows since Reset; 0 without any.
  virtual double Value() const = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_METRIC_ACCUMULATOR_H_
