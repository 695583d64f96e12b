#include "engine/data/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "engine/core/random.h"
#include "engine/data/row_order.h"

namespace traind::engine {
namespace {

// How many of each class to hold out so that they add up to `held_out`: the whole part of the exact share, then one
// more for the largest remainders, the lower class first where they tie.
std::vector<int64_t> ClassQuotas(const std::vector<int64_t>& rows_of_class, int64_t rows, int64_t held_out) {
  struct Remainder {
    int64_t value;
    std::size_t of_class;
  };
  std::vector<int64_t> quotas;
  std::vector<Remainder> remainders;
  for (const int64_t members : rows_of_class) {
    __extension__ using Wide = __int128;
    const Wide share = Wide{members} * held_out;
    remainders.push_back({static_cast<int64_t>(share % rows), quotas.size()});
    quotas.push_back(static_cast<int64_t>(share / rows));
  }
  std::ranges::stable_sort(remainders, std::ranges::greater{}, &Remainder::value);
  const int64_t missing = held_out - std::accumulate(quotas.begin(), quotas.end(), int64_t{0});
  for (int64_t i = 0; i < missing; ++i) ++quotas[remainders[i].of_class];
  return quotas;
}

// Inserts rows until `quotas` are used up; `stratum_of` tells which of them a row counts against, and `members` how
// many rows each has.
template <typename StratumOf>
// NOLINTNEXTLINE(performance-unnecessary-value-param): both are counted down.
void Draw(std::vector<int64_t> quotas, std::vector<int64_t> members, const StratumOf& stratum_of, RowSet& chosen) {
  Random random(0, RandomUse::kValidationSplit, 0);
  if (chosen.rows() <= kMostListedRows) {
    std::vector<int64_t> order(chosen.rows());
    std::iota(order.begin(), order.end(), int64_t{0});
    Shuffle(random, order);
    for (const int64_t row : order) {
      if (int64_t& quota = quotas[stratum_of(row)]; quota > 0) {
        --quota;
        chosen.Insert(row);
      }
    }
    return;
  }
  for (int64_t row = 0; row < chosen.rows(); ++row) {
    int64_t& quota = quotas[stratum_of(row)];
    int64_t& left = members[stratum_of(row)];
    if (static_cast<int64_t>(random.Below(static_cast<uint64_t>(left--))) < quota) {
      --quota;
      chosen.Insert(row);
    }
  }
}

}  // namespace

int64_t CountTrainingRows(int64_t rows, double fraction) {
  return static_cast<int64_t>(std::floor(static_cast<double>(rows) * (1.0 - fraction)));
}

RowSet ChooseHeldOut(const DatasetView& dataset, double fraction, ValidationRows rows) {
  const int64_t count = dataset.shape.rows;
  const int64_t held_out = count - CountTrainingRows(count, fraction);
  if (held_out == 0) return {};
  RowSet chosen(count);
  if (rows == ValidationRows::kLast) {
    for (int64_t row = count - held_out; row < count; ++row) chosen.Insert(row);
  } else if (rows == ValidationRows::kRandom) {
    Draw(
        {held_out}, {count}, [](int64_t) { return 0; }, chosen);
  } else {
    std::vector<int64_t> members(dataset.shape.classes);
    for (int64_t row = 0; row < count; ++row) ++members[dataset.classes.ClassOf(row)];
    Draw(
        ClassQuotas(members, count, held_out), members, [&](int64_t row) { return dataset.classes.ClassOf(row); },
        chosen);
  }
  chosen.Count();
  return chosen;
}

}  // namespace traind::engine
