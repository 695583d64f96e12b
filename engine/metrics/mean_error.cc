#include "engine/metrics/mean_error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace traind::engine {
namespace {

double ErrorOf(MeanErrorKind kind, double prediction, double target) {
  const double error = std::abs(prediction - target);
  switch (kind) {
    case MeanErrorKind::kSquared:
    case MeanErrorKind::kRootSquared:
      return error * error;
    case MeanErrorKind::kAbsolutePercentage:
      return error / std::max(std::abs(target), std::numeric_limits<double>::epsilon());
    case MeanErrorKind::kAbsolute:
      break;
  }
  return error;
}

const char* NameFor(MeanErrorKind kind) {
  switch (kind) {
    case MeanErrorKind::kSquared:
      return "mse";
    case MeanErrorKind::kRootSquared:
      return "rmse";
    case MeanErrorKind::kAbsolutePercentage:
      return "mape";
    case MeanErrorKind::kAbsolute:
      break;
  }
  return "mae";
}

}  // namespace

MeanError::MeanError(const MetricShape& shape, MeanErrorKind kind) : shape_(shape), kind_(kind), sums_(shape.width) {}

void MeanError::Reset() {
  rows_ = 0;
  std::ranges::fill(sums_, 0);
}

void MeanError::Add(int64_t rows, const float* predictions, const Labels& labels) {
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < shape_.width; ++i) {
      const int64_t index = row * shape_.width + i;
      sums_[i] += ErrorOf(kind_, predictions[index], labels.targets[index]);
    }
  }
  rows_ += rows;
}

void MeanError::Report(const std::string& prefix, MetricReport& report) const {
  double sum = 0;
  for (const double output_sum : sums_) {
    const double mean = output_sum / static_cast<double>(rows_);
    sum += kind_ == MeanErrorKind::kRootSquared ? std::sqrt(mean) : mean;
  }
  report.Add(prefix + NameFor(kind_), sum / static_cast<double>(shape_.width));
}

void MeanError::VisitState(StateVisitor& visit) {
  visit("rows", rows_);
  visit("sums", std::span(sums_));
}

}  // namespace traind::engine
