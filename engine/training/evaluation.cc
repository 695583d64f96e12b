#include "engine/training/evaluation.h"

#include <algorithm>
#include <span>

#include "absl/strings/str_cat.h"
#include "engine/core/parallel.h"

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
  const bool differ = BroughtBy(spec.loss) != OutputActivation::kNone || spec.preprocessing.standardize_targets;
  const bool wanted = !spec.metrics.empty() && differ;
  return wanted ? size.batch_rows * size.width : 0;
}

// The fewest outputs that are worth a thread of their own: some microseconds of work.
constexpr int64_t kGrain = 1 << 11;

// The labels from row `row` on; where these are targets, there is one an output.
Labels From(Labels labels, int64_t row, int64_t width) {
  if (labels.classes != nullptr) labels.classes += row;
  if (labels.targets != nullptr) labels.targets += row * width;
  if (labels.weights != nullptr) labels.weights += row;
  return labels;
}

}  // namespace

Evaluation::Evaluation(const TrainingSpec& spec, const Size& size, const Preprocessor& preprocessor)
    : width_(size.width),
      preprocessor_(preprocessor),
      loss_(MakeLoss(spec.loss)),
      predictions_(PredictionFloats(spec, size)) {
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
  const double loss = ParallelSum(rows, std::max<int64_t>(kGrain / width_, 1), [&](int64_t begin, int64_t end) {
    const int64_t first = begin * width_;
    return loss_->Compute({.rows = end - begin,
                           .width = width_,
                           .outputs = outputs + first,
                           .labels = From(labels, begin, width_),
                           .gradient = gradient == nullptr ? nullptr : gradient + first,
                           .predictions = predictions == nullptr ? nullptr : predictions + first,
                           .mean_rows = rows});
  });
  loss_sum_ += loss;
  rows_ += rows;
  Labels measured = labels;
  if (labels.own_targets != nullptr && predictions != nullptr) {
    const std::span<float> restored(predictions, static_cast<std::size_t>(rows * width_));
    std::copy_n(outputs, restored.size(), predictions);
    preprocessor_.RestoreTargets(restored);
    measured.targets = labels.own_targets;
  }
  for (const auto& metric : metrics_) metric->Add(rows, predictions == nullptr ? outputs : predictions, measured);
  return loss / static_cast<double>(rows);
}

void Evaluation::Report(const std::string& prefix, MetricReport& report) const {
  report.values[prefix + "loss"] = mean_loss();
  for (const auto& metric : metrics_) metric->Report(prefix, report);
}

void Evaluation::VisitState(StateVisitor& visit) {
  visit("rows", rows_);
  visit("loss_sum", loss_sum_);
  for (std::size_t i = 0; i < metrics_.size(); ++i) visit.In(absl::StrCat("metrics[", i, "]"), *metrics_[i]);
}

}  // namespace traind::engine
