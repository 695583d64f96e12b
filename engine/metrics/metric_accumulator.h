// A figure beside the loss.
#ifndef TRAIND_ENGINE_METRICS_METRIC_ACCUMULATOR_H_
#define TRAIND_ENGINE_METRICS_METRIC_ACCUMULATOR_H_

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/core/state_visitor.h"
#include "engine/data/batch.h"

namespace traind::engine {

// Figures that are more than a number: one a class, or a confusion matrix. Row-major.
struct MetricTable {
  std::vector<double> values;
  int64_t columns = 1;

  friend bool operator==(const MetricTable&, const MetricTable&) = default;
};

// What an epoch reports. A figure that its rows do not define, such as the ROC AUC of a single class, is left out.
struct MetricReport {
  std::map<std::string, double> values;
  std::map<std::string, MetricTable> tables;

  // Adds a figure, unless it is NaN or infinite.
  void Add(const std::string& name, double value) {
    if (std::isfinite(value)) values[name] = value;
  }

  void VisitState(StateVisitor& visit);
};

// What a metric will see.
struct MetricShape {
  int64_t rows = 0;        // at most, from one Reset to the next
  int64_t width = 0;       // predictions a row: one a class, one for two classes (that of class 1), or one a target
  int64_t classes = 0;     // 0: targets
  float threshold = 0.5f;  // above which a single prediction means class 1
  int64_t top_k = 5;
};

// Classes that predictions can mean: a single prediction speaks of two.
inline int64_t PredictableClasses(const MetricShape& shape) { return shape.width == 1 ? 2 : shape.width; }

// Gathers a metric over the batches of an epoch; its value is exact over all their rows, not an average of averages.
// Rows count alike, whatever their weights. All memory is taken when it is made. Values are those of scikit-learn, with
// its zero_division of 0; what it refuses or gives no number for is left out of the report.
class MetricAccumulator {
 public:
  virtual ~MetricAccumulator() = default;

  virtual void Reset() = 0;

  // Counts the rows of a batch; `predictions` is [rows, width], row-major: probabilities, or for a hinge loss scores,
  // or the predicted numbers.
  virtual void Add(int64_t rows, const float* predictions, const Labels& labels) = 0;

  // Adds what it has over the rows since Reset, of which there are some, with `prefix` before each name. Names are
  // Keras's where Keras has them, such as `accuracy`.
  virtual void Report(const std::string& prefix, MetricReport& report) const = 0;

  // What it has gathered since Reset.
  virtual void VisitState(StateVisitor& visit) = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_METRIC_ACCUMULATOR_H_
