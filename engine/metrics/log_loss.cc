#include "engine/metrics/log_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace traind::engine {
namespace {

double Clip(double probability) {
  constexpr double kEpsilon = std::numeric_limits<float>::epsilon();
  return std::clamp(probability, kEpsilon, 1 - kEpsilon);
}

}  // namespace

void LogLoss::Reset() {
  rows_ = 0;
  sum_ = 0;
}

void LogLoss::Add(int64_t rows, const float* predictions, const Labels& labels) {
  for (int64_t row = 0; row < rows; ++row) sum_ += LossOf(predictions + row * shape_.width, labels.classes[row]);
  rows_ += rows;
}

double LogLoss::LossOf(const float* predictions, int64_t label) const {
  if (shape_.width == 1) return -std::log(label == 1 ? Clip(predictions[0]) : 1 - Clip(predictions[0]));
  double sum = 0;
  for (int64_t i = 0; i < shape_.width; ++i) sum += Clip(predictions[i]);
  return std::log(sum) - std::log(Clip(predictions[label]));
}

void LogLoss::Report(const std::string& prefix, MetricReport& report) const {
  if (shape_.classes == 1) return;
  report.Add(prefix + "log_loss", sum_ / static_cast<double>(rows_));
}

void LogLoss::VisitState(StateVisitor& visit) {
  visit("rows", rows_);
  visit("sum", sum_);
}

}  // namespace traind::engine
