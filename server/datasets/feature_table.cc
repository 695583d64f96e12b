#include "server/datasets/feature_table.h"

#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/datasets/append_numbers.h"
#include "server/errors/text.h"

namespace traind {
namespace {

// Features of a table whose figures are all kept; those of more would be more than a message holds.
constexpr size_t kMaxDescribed = 10'000;

}  // namespace

void FeatureTable::AddColumn(std::string name, int64_t place, std::optional<ColumnKind> said) {
  columns_.emplace_back(std::move(name), said);
  places_.push_back(place);
  cells_.push_back(0);
}

absl::Status FeatureTable::EndRow() { return AppendNumbers(std::span<const uint32_t>(cells_), *output_.features); }

std::vector<Column> FeatureTable::Judge(FaultList& faults) {
  std::vector<Column> columns;
  for (size_t i = 0; i < columns_.size(); ++i) {
    FeatureColumn::Verdict verdict = columns_[i].Finish();
    const std::string name = Quoted(verdict.column.name);
    for (FeatureColumn::Suspect& suspect : verdict.suspects) {
      faults.Add(places_[i], absl::StrCat("data row ", suspect.row, ", column ", name), std::move(suspect.description));
    }
    for (int64_t more = 0; more < verdict.more_suspects; ++more) faults.Count();
    if (verdict.column.kind != ColumnKind::kIgnore) kept_.push_back(i);
    as_read_ = as_read_ && verdict.column.kind == ColumnKind::kNumeric;
    if (columns_.size() > kMaxDescribed) {
      const ColumnStatistics& all = verdict.column.statistics;
      verdict.column.statistics = {.count = all.count, .missing = all.missing};
    }
    columns.push_back(std::move(verdict.column));
  }
  return columns;
}

absl::Status FeatureTable::Write() {
  if (as_read_) return absl::OkStatus();
  auto read = output_.features->Reread();
  if (!read.ok()) return read.status();
  auto writer = blobs_.Create();
  if (!writer.ok()) return writer.status();
  std::vector<float> row(kept_.size());
  std::string_view bytes = (*read)->bytes();
  for (const size_t row_bytes = cells_.size() * sizeof(uint32_t); !bytes.empty(); bytes.remove_prefix(row_bytes)) {
    std::memcpy(cells_.data(), bytes.data(), row_bytes);
    for (size_t i = 0; i < kept_.size(); ++i) row[i] = columns_[kept_[i]].Stored(cells_[kept_[i]]);
    if (absl::Status status = AppendNumbers(std::span<const float>(row), **writer); !status.ok()) return status;
  }
  output_.features = *std::move(writer);
  return absl::OkStatus();
}

}  // namespace traind
