#include "server/datasets/fault_list.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace traind {
namespace {

constexpr size_t kMaxListed = 50;
constexpr int kMaxListedOfColumn = 3;

}  // namespace

bool FaultList::IsFull(int64_t column) const {
  if (listed_.size() >= kMaxListed) return true;
  const auto count = by_column_.find(column);
  return count != by_column_.end() && count->second >= kMaxListedOfColumn;
}

void FaultList::Add(int64_t column, std::string field, std::string description) {
  if (IsFull(column)) return Count();
  if (column != kAnyColumn) ++by_column_[column];
  listed_.push_back({column, {std::move(field), std::move(description)}});
}

void FaultList::Take(FaultList& other) {
  for (Fault& fault : other.listed_) {
    Add(fault.column, std::move(fault.violation.field), std::move(fault.violation.description));
  }
  unlisted_ += other.unlisted_;
  other = FaultList();
}

absl::Status FaultList::ToStatus() const {
  std::vector<FieldViolation> violations;
  for (const Fault& fault : listed_) violations.push_back(fault.violation);
  if (unlisted_ > 0) {
    violations.push_back({"data", absl::StrCat("and ", unlisted_, " more faults", IsHopeless() ? " so far" : "",
                                               "; at most 3 of a column and ", kMaxListed, " in all are listed")});
  }
  return InvalidFields(violations);
}

}  // namespace traind
