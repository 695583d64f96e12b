#include "engine/data/split.h"

#include <algorithm>
#include <cmath>
#include <limits>
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

std::vector<int64_t> ChooseHeldOut(const DatasetView& dataset, double fraction, ValidationRows rows) {
  const int64_t count = dataset.shape.rows;
  const int64_t held_out = count - CountTrainingRows(count, fraction);
  std::vector<int64_t> chosen(rows == ValidationRows::kLast ? held_out : 0);
  std::iota(chosen.begin(), chosen.end(), count - held_out);
  if (held_out == 0 || rows == ValidationRows::kLast) return chosen;

  Random random(0, RandomUse::kValidationSplit, 0);
  std::vector<int64_t> order(count);
  std::iota(order.begin(), order.end(), int64_t{0});
  Shuffle(random, order);
  if (rows == ValidationRows::kRandom) {
    chosen.assign(order.begin(), order.begin() + held_out);
  } else {
    std::vector<std::vector<int64_t>> rows_of_class(dataset.shape.classes);
    for (const int64_t row : order) rows_of_class[dataset.classes.ClassOf(row)].push_back(row);
    const std::vector<int64_t> quotas = ClassQuotas(rows_of_class, count, held_out);
    for (std::size_t i = 0; i < quotas.size(); ++i) {
      chosen.insert(chosen.end(), rows_of_class[i].begin(), rows_of_class[i].begin() + quotas[i]);
    }
  }
  std::ranges::sort(chosen);
  return chosen;
}

void ListTrainingRows(std::span<const int64_t> held_out, std::span<int64_t> rows) {
  int64_t row = 0;
  auto to = rows.begin();
  const auto fill_up_to = [&](int64_t end) {
    for (; row < end && to != rows.end(); ++row) *to++ = row;
  };
  for (const int64_t next : held_out) {
    fill_up_to(next);
    row = next + 1;
  }
  fill_up_to(std::numeric_limits<int64_t>::max());
}

}  // namespace traind::engine
