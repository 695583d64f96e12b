#include "engine/training/evaluation.h"

namespace traind::engine {
namespace {

MetricShape ShapeFor(const TrainingSpec& spec, const Evaluation::Size& size) {
  return {.rows = size.rows,
          .width = size.width,
          .classes = size.classes,
          .threshold = ThresholdOf(spec.loss),
          .top_k = spec.top_k};
}

int64_t PredictionFloats(const TrainingSpec& spec, const Evaluation::Size& size) {
  const bool wanted = !spec.metrics.empty() && BroughtBy(spec.loss) != OutputActivation::kNone;
  return wanted ? size.batch_rows * size.width : 0;
}

}  // namespace

Evaluation::Evaluation(const TrainingSpec& spec, const Size& size)
    : width_(size.width), loss_(MakeLoss(spec.loss)), predictions_(PredictionFloats(spec, size)) {
  for (const Metric metric : spec.metrics) metrics_.push_back(MakeMetric(metric, ShapeFor(spec, size)));
}

int64_t Evaluation::bytes(const TrainingSpec& spec, const Size& size) {
  int64_t bytes = PredictionFloats(spec, size) * static_cast<int64_t>(sizeof(float));
  for (const Metric metric : spec.metrics) bytes += MetricBytes(metric, ShapeFor(spec, size));
  return bytes;
}

void Evaluation::Reset() {
  rows_ = 0;
  loss_sum_ = 0;
  for (const auto& metric : metrics_) metric->Reset();
}

double Evaluation::Add(int64_t rows, const float* outputs, const Labels& labels, float* gradient) {
  float* const predictions = predictions_.size() > 0 ? predictions_.data() : nullptr;
  const double loss = loss_->Compute({.rows = rows,
                                      .width = width_,
                                      .outputs = outputs,
                                      .labels = labels,
                                      .gradient = gradient,
                                      .predictions = predictions});
  loss_sum_ += loss;
  rows_ += rows;
  for (const auto& metric : metrics_) metric->Add(rows, predictions == nullptr ? outputs : predictions, labels);
  return loss / static_cast<double>(rows);
}

void Evaluation::Report(const std::string& prefix, MetricReport& report) const {
  report.values[prefix + "loss"] = loss_sum_ / static_cast<double>(rows_);
  for (const auto& metric : metrics_) metric->Report(prefix, report);
}

}  // namespace traind::engine
