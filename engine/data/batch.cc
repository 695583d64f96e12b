#include "engine/data/batch.h"

#include <algorithm>
#include <utility>

#include "engine/core/parallel.h"

namespace traind::engine {
namespace {

// The fewest floats that are worth a thread of their own: some microseconds of copying.
constexpr int64_t kGrain = 1 << 13;

}  // namespace

Batch::Batch(int64_t rows, const DatasetShape& shape, const Preprocessor& preprocessor, bool has_weights,
             std::vector<float> class_weights)
    : targets_a_row_(shape.targets),
      class_weights_(std::move(class_weights)),
      preprocessor_(preprocessor),
      features_(rows * preprocessor.plan().width),
      columns_(preprocessor.plan().changes_rows() ? rows * shape.features : 0),
      classes_(shape.classes > 0 ? rows : 0),
      targets_(shape.classes > 0 ? 0 : rows * shape.targets),
      own_targets_(preprocessor.plan().standardize_targets ? rows * shape.targets : 0),
      weights_(has_weights || !class_weights_.empty() ? rows : 0) {}

int64_t Batch::features_floats(int64_t rows, const DatasetShape& shape, const PreprocessingPlan& plan) {
  return rows * (plan.width + (plan.changes_rows() ? shape.features : 0));
}

void Batch::Gather(const DatasetView& dataset, std::span<const int64_t> rows, bool with_class_weights) {
  const int64_t width = dataset.shape.features;
  const bool changes = preprocessor_.plan().changes_rows();
  float* const columns = changes ? columns_.data() : features_.data();
  ParallelFor(static_cast<int64_t>(rows.size()), std::max<int64_t>(kGrain / width, 1), [&](int64_t begin, int64_t end) {
    dataset.features.GatherFloats(rows.subspan(begin, end - begin), width, columns + begin * width);
    for (int64_t i = changes ? begin : end; i < end; ++i) {
      preprocessor_.Apply(columns + i * width, dataset.recoding, features_.data() + i * preprocessor_.plan().width);
    }
  });
  if (!classes_.empty()) {
    dataset.classes.GatherClasses(rows, classes_.data());
  } else {
    dataset.targets.GatherFloats(rows, targets_a_row_, targets_.data());
  }
  if (!own_targets_.empty()) {
    const std::size_t targets = rows.size() * targets_a_row_;
    std::copy_n(targets_.begin(), targets, own_targets_.begin());
    preprocessor_.StandardizeTargets(std::span(targets_).first(targets));
  }
  if (weights_.empty()) return;
  if (dataset.weights == nullptr) {
    std::fill_n(weights_.begin(), rows.size(), 1.0f);
  } else {
    dataset.weights.GatherFloats(rows, 1, weights_.data());
  }
  if (!with_class_weights || class_weights_.empty()) return;
  for (std::size_t i = 0; i < rows.size(); ++i) weights_[i] *= class_weights_[classes_[i]];
}

Labels Batch::labels() const {
  const float* weights = weights_.empty() ? nullptr : weights_.data();
  const float* own_targets = own_targets_.empty() ? nullptr : own_targets_.data();
  return classes_.empty() ? Labels{.targets = targets_.data(), .weights = weights, .own_targets = own_targets}
                          : Labels{.classes = classes_.data(), .weights = weights};
}

}  // namespace traind::engine
