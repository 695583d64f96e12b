#include "server/datasets/column_statistics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace traind {

std::string NumberText(float number) {
  std::array<char, 32> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number == 0 ? 0.0f : number);
  return {text.data(), end};
}

void NumberStatistics::Add(float number, int64_t& budget) {
  if (count_ == 0) {
    first_ = number;
    minimum_ = maximum_ = number;
  }
  ++count_;
  const double difference = number - first_;
  sum_ += difference;
  squares_ += difference * difference;
  minimum_ = std::min(minimum_, number);
  maximum_ = std::max(maximum_, number);
  if (!counts_all_) return;
  const auto [entry, inserted] = counts_.try_emplace(number, 0);
  ++entry->second;
  if (!inserted || (counts_.size() <= kMaxDistinct && --budget >= 0)) return;
  counts_all_ = false;
  budget += static_cast<int64_t>(counts_.size()) - (counts_.size() > kMaxDistinct ? 1 : 0);
  counts_ = {};
}

ColumnStatistics NumberStatistics::Result() const {
  ColumnStatistics result;
  result.count = count_;
  if (count_ == 0) return result;
  const auto count = static_cast<double>(count_);
  result.mean = first_ + sum_ / count;
  result.deviation = std::sqrt(std::max(0.0, (squares_ - sum_ * sum_ / count) / count));
  result.minimum = minimum_;
  result.maximum = maximum_;
  const std::pair<const float, int64_t>* most = nullptr;
  for (const auto& entry : counts_) {
    if (most == nullptr || entry.second > most->second || (entry.second == most->second && entry.first < most->first)) {
      most = &entry;
    }
  }
  if (most != nullptr) {
    result.most_frequent = NumberText(most->first);
    result.most_frequent_count = most->second;
  }
  return result;
}

}  // namespace traind
