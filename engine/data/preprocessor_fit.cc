#include "engine/data/preprocessor_fit.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace traind::engine {
namespace {

constexpr int64_t kRowsAtOnce = 256;
// Of values that are looked at together for medians.
constexpr int64_t kValuesAtOnce = 16 << 20;

// Calls `visit` with each training row in turn, `width` numbers of `numbers`, until `stop` asks.
template <typename Visit>
void ForEachRow(const Numbers& numbers, int64_t rows, const RowSet& held_out, int64_t width,
                const std::stop_token& stop, Visit visit) {
  std::vector<int64_t> chosen;
  std::vector<float> values(kRowsAtOnce * width);
  for (int64_t row = 0; row < rows && !stop.stop_requested();) {
    chosen.clear();
    for (; row < rows && static_cast<int64_t>(chosen.size()) < kRowsAtOnce; ++row) {
      if (held_out.size() == 0 || !held_out.Contains(row)) chosen.push_back(row);
    }
    numbers.GatherFloats(chosen, width, values.data());
    for (std::size_t i = 0; i < chosen.size(); ++i) visit(values.data() + i * width);
  }
}

template <typename Visit>
void ForEachFeatureRow(const DatasetView& dataset, const RowSet& held_out, const std::stop_token& stop, Visit visit) {
  const int64_t width = dataset.shape.features;
  ForEachRow(dataset.features, dataset.shape.rows, held_out, width, stop, visit);
}

// `counts` is of every category, then of what is missing. A number that is no category counts as none.
void Count(float category, std::vector<int64_t>& counts) {
  const std::size_t categories = counts.size() - 1;
  if (std::isnan(category)) {
    ++counts[categories];
  } else if (category >= 0 && category < static_cast<float>(categories)) {
    ++counts[static_cast<std::size_t>(category)];
  }
}

// Medians and most frequent numbers, as many columns at once as fit.
void FitOrders(const PreprocessingPlan& plan, const DatasetView& dataset, const RowSet& held_out,
               const std::stop_token& stop, std::vector<float>& fill) {
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const ImputationStrategy strategy = plan.steps[i].imputation.strategy;
    if (plan.steps[i].categories == 0 &&
        (strategy == ImputationStrategy::kMedian || strategy == ImputationStrategy::kMostFrequent)) {
      left.push_back(i);
    }
  }
  const std::size_t at_once = std::max<int64_t>(1, kValuesAtOnce / std::max<int64_t>(1, dataset.shape.rows));
  for (std::span<const std::size_t> rest = left; !rest.empty() && !stop.stop_requested();) {
    const auto columns = rest.first(std::min(at_once, rest.size()));
    rest = rest.subspan(columns.size());
    std::vector<std::vector<float>> values(columns.size());
    ForEachFeatureRow(dataset, held_out, stop, [&](const float* row) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (!std::isnan(row[columns[i]])) values[i].push_back(row[columns[i]]);
      }
    });
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const bool median = plan.steps[columns[i]].imputation.strategy == ImputationStrategy::kMedian;
      fill[columns[i]] = median ? Median(values[i]) : MostFrequent(values[i]);
    }
  }
}

}  // namespace

void FitColumns(const PreprocessingPlan& plan, const DatasetView& dataset, const RowSet& held_out,
                const std::stop_token& stop, FittedPreprocessing& fitted) {
  const std::size_t columns = plan.steps.size();
  fitted.fill.assign(columns, 0);
  fitted.shift.assign(columns, 0);
  fitted.scale.assign(columns, 0);
  std::vector<Moments> moments(columns);
  std::vector<std::vector<int64_t>> counts(columns);  // of categories, then of what is missing
  for (std::size_t i = 0; i < columns; ++i) {
    if (plan.steps[i].categories > 0) counts[i].resize(plan.steps[i].categories + 1);
  }
  ForEachFeatureRow(dataset, held_out, stop, [&](const float* row) {
    for (std::size_t i = 0; i < columns; ++i) {
      if (counts[i].empty()) {
        moments[i].Add(row[i]);
      } else {
        Count(row[i], counts[i]);
      }
    }
  });
  FitOrders(plan, dataset, held_out, stop, fitted.fill);
  for (std::size_t i = 0; i < columns; ++i) {
    const ColumnStep& step = plan.steps[i];
    if (step.categories > 0) {
      const auto most = std::max_element(counts[i].begin(), counts[i].end() - 1);
      fitted.fill[i] = static_cast<float>(most - counts[i].begin());
      for (const int64_t count : counts[i]) fitted.seen.push_back(count > 0 ? 1.0f : 0.0f);
      continue;
    }
    if (step.imputation.strategy == ImputationStrategy::kMean) fitted.fill[i] = static_cast<float>(moments[i].mean());
    if (step.imputation.strategy == ImputationStrategy::kConstant) {
      fitted.fill[i] = static_cast<float>(step.imputation.value);
    }
    moments[i].Fill(fitted.fill[i]);
    const LinearScale scale = FitScale(step.scaling, moments[i]);
    fitted.shift[i] = scale.shift;
    fitted.scale[i] = scale.scale;
  }
}

void FitTargets(const DatasetView& dataset, const RowSet& held_out, const std::stop_token& stop,
                FittedPreprocessing& fitted) {
  const int64_t width = dataset.shape.targets;
  std::vector<Moments> moments(width);
  ForEachRow(dataset.targets, dataset.shape.rows, held_out, width, stop, [&](const float* row) {
    for (int64_t i = 0; i < width; ++i) moments[i].Add(row[i]);
  });
  for (const Moments& target : moments) {
    const LinearScale scale = FitScale(Scaling::kStandardize, target);
    fitted.target_mean.push_back(scale.shift);
    fitted.target_deviation.push_back(scale.scale == 1 ? 1 : static_cast<float>(target.deviation()));
  }
}

}  // namespace traind::engine
