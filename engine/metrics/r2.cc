#include "engine/metrics/r2.h"

#include <algorithm>
#include <cmath>

namespace traind::engine {

void R2::Reset() {
  rows_ = 0;
  std::ranges::fill(outputs_, Output());
}

void R2::Add(int64_t rows, const float* predictions, const Labels& labels) {
  for (int64_t row = 0; row < rows; ++row) {
    ++rows_;
    for (int64_t i = 0; i < shape_.width; ++i) {
      const double target = labels.targets[row * shape_.width + i];
      const double error = predictions[row * shape_.width + i] - target;
      Output& output = outputs_[i];
      output.squared_errors += error * error;
      // Welford's update: exactly 0 for targets that are all the same, and no loss of digits for a large mean.
      const double distance = target - output.mean;
      output.mean += distance / static_cast<double>(rows_);
      output.squared_distances += distance * (target - output.mean);
    }
  }
}

double R2::Score(const Output& output) {
  if (output.squared_errors == 0) return 1;
  if (output.squared_distances == 0 && std::isfinite(output.squared_errors)) return 0;
  return 1 - output.squared_errors / output.squared_distances;
}

void R2::Report(const std::string& prefix, MetricReport& report) const {
  if (rows_ < 2) return;
  double sum = 0;
  for (const Output& output : outputs_) sum += Score(output);
  report.Add(prefix + "r2", sum / static_cast<double>(shape_.width));
}

void R2::VisitState(StateVisitor& visit) {
  visit("rows", rows_);
  for (Output& output : outputs_) {
    visit("squared_errors", output.squared_errors);
    visit("mean", output.mean);
    visit("squared_distances", output.squared_distances);
  }
}

}  // namespace traind::engine
