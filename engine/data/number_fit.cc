#include "engine/data/number_fit.h"

#include <algorithm>
#include <cmath>

namespace traind::engine {

double Moments::deviation() const {
  if (count_ == 0) return 0;
  const auto count = static_cast<double>(count_);
  return std::sqrt(std::max(0.0, (squares_ - sum_ * sum_ / count) / count));
}

LinearScale FitScale(Scaling scaling, const Moments& moments) {
  if (scaling == Scaling::kNone) return {};
  const bool standardize = scaling == Scaling::kStandardize;
  const double shift = standardize ? moments.mean() : moments.minimum();
  const auto scale =
      static_cast<float>(1 / (standardize ? moments.deviation() : moments.maximum() - moments.minimum()));
  return {static_cast<float>(shift), std::isfinite(scale) && scale > 0 ? scale : 1};
}

float Median(std::span<float> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  const double below = *std::max_element(values.begin(), middle);
  return static_cast<float>((below + *middle) / 2);
}

float MostFrequent(std::span<float> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  float most = values[0];
  std::ptrdiff_t times = 0;
  for (auto begin = values.begin(); begin != values.end();) {
    const auto end = std::upper_bound(begin, values.end(), *begin);
    if (end - begin > times) {
      times = end - begin;
      most = *begin;
    }
    begin = end;
  }
  return most;
}

}  // namespace traind::engine
