#include <span>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/metrics/metric_accumulator.h"

namespace traind::engine {
namespace {

constexpr int64_t kMostTableValues = int64_t{1} << 24;  // far more than any metric's table has

// The names of the entries, which are metrics' and therefore hold no line ends. Entries that are not there yet are
// made.
template <typename Value>
void VisitNames(StateVisitor& visit, std::map<std::string, Value>& entries) {
  std::string names = absl::StrJoin(entries, "\n", [](std::string* out, const auto& entry) { *out += entry.first; });
  visit.Text("names", names);
  for (std::string& name : std::vector<std::string>(absl::StrSplit(names, '\n', absl::SkipEmpty()))) {
    entries[std::move(name)];
  }
}

struct Values {
  std::map<std::string, double>& values;

  void VisitState(StateVisitor& visit) const {
    VisitNames(visit, values);
    for (auto& [name, value] : values) visit(name, value);
  }
};

struct Tables {
  std::map<std::string, MetricTable>& tables;

  void VisitState(StateVisitor& visit) const {
    VisitNames(visit, tables);
    for (auto& [name, table] : tables) {
      auto size = static_cast<int64_t>(table.values.size());
      visit("columns", table.columns);
      visit.Count("size", size, 0, kMostTableValues);
      table.values.resize(size);
      visit(name, std::span(table.values));
    }
  }
};

}  // namespace

void MetricReport::VisitState(StateVisitor& visit) {
  visit.In("values", Values{values});
  visit.In("tables", Tables{tables});
}

}  // namespace traind::engine
