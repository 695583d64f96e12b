#include "engine/training/evaluation.h"

#include "engine/training/lowering.h"

namespace traind::engine {

Evaluation::Evaluation(const LossSpec& loss, const std::vector<Metric>& metrics)
    : loss_(MakeLoss(loss)), metrics_(MakeMetrics(metrics)) {}

void Evaluation::Reset() {
  rows_ = 0;
  loss_sum_ = 0;
  for (const auto& metric : metrics_) metric->Reset();
}

double Evaluation::Add(int64_t rows, int64_t width, const float* outputs, const Labels& labels, float* gradient) {
  const double loss = loss_->Compute(rows, width, outputs, labels, gradient);
  loss_sum_ += loss;
  rows_ += rows;
  for (const auto& metric : metrics_) metric->Add(rows, width, outputs, labels);
  return loss / static_cast<double>(rows);
}

void Evaluation::Report(const std::string& prefix, MetricValues& values) const {
  values[prefix + "loss"] = loss_sum_ / static_cast<double>(rows_);
  for (const auto& metric : metrics_) values[prefix + metric->name()] = metric->Value();
}

}  // namespace traind::engine
