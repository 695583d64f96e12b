#include "engine/data/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "engine/core/random.h"
#include "engine/data/row_order.h"

namespace traind::engine {
namespace {

// How many of each class to hold out so that they add up to `held_out`: the whole part of the exact share, then one
// more for the largest remainders, the lower class first where they tie.
std::vector<int64_t> ClassQuotas(const std::vector<std::vector<int64_t>>& rows_of_class, int64_t rows,
                                 int64_t held_out) {
  struct Remainder {
    int64_t value;
    std::size_t of_class;
  };
  std::vector<int64_t> quotas;
  std::vector<Remainder> remainders;
  for (const auto& members : rows_of_class) {
    __extension__ using Wide = __int128;
    const Wide share = Wide{static_cast<int64_t>(members.size())} * held_out;
    remainders.push_back({static_cast<int64_t>(share % rows), quotas.size()});
    quotas.push_back(static_cast<int64_t>(share / rows));
  }
  std::ranges::stable_sort(remainders, std::ranges::greater{}, &Remainder::value);
  const int64_t missing = held_out - std::accumulate(quotas.begin(), quotas.end(), int64_t{0});
  for (int64_t i = 0; i < missing; ++i) ++quotas[remainders[i].of_class];
  return quotas;
}

}  // namespace

int64_t CountTrainingRows(int64_t rows, double fraction) {
  return static_cast<int64_t>(std::floor(static_cast<double>(rows) * (1.0 - fraction)));
}

Split SplitRows(const DatasetView& dataset, double fraction, ValidationRows rows) {
  const int64_t count = dataset.shape.rows;
  const int64_t held_out = count - CountTrainingRows(count, fraction);
  std::vector<char> is_held_out(count, 0);
  const auto hold_out = [&](std::span<const int64_t> members) {
    for (const int64_t row : members) is_held_out[row] = 1;
  };

  Random random(0, RandomUse::kValidationSplit, 0);
  std::vector<int64_t> order(count);
  std::iota(order.begin(), order.end(), int64_t{0});
  switch (rows) {
    case ValidationRows::kLast:
      hold_out(std::span(order).last(held_out));
      break;
    case ValidationRows::kRandom:
      Shuffle(random, order);
      hold_out(std::span(order).first(held_out));
      break;
    case ValidationRows::kStratified: {
      Shuffle(random, order);
      std::vector<std::vector<int64_t>> rows_of_class(dataset.shape.classes);
      for (const int64_t row : order) rows_of_class[dataset.classes[row]].push_back(row);
      const std::vector<int64_t> quotas = ClassQuotas(rows_of_class, count, held_out);
      for (std::size_t i = 0; i < quotas.size(); ++i) hold_out(std::span(rows_of_class[i]).first(quotas[i]));
      break;
    }
  }

  Split split;
  split.training.reserve(count - held_out);
  split.validation.reserve(held_out);
  for (int64_t row = 0; row < count; ++row) (is_held_out[row] ? split.validation : split.training).push_back(row);
  return split;
}

}  // namespace traind::engine
