// The features of a table, read row by row while it is not yet known what its columns are.
#ifndef TRAIND_SERVER_DATASETS_FEATURE_TABLE_H_
#define TRAIND_SERVER_DATASETS_FEATURE_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "server/datasets/fault_list.h"
#include "server/datasets/feature_column.h"
#include "server/storage/blob_store.h"
#include "server/storage/dataset_store.h"
#include "server/storage/records.h"

namespace traind {

// Rows go to the blob of the features as they are read; if in the end some column is categorical or left out, they are
// read back from there and written once more. Memory: one row and what the columns keep. Used by one thread.
class FeatureTable {
 public:
  // Both must outlive the table.
  FeatureTable(BlobStore& blobs, DatasetWriters& output) : blobs_(blobs), output_(output) {}

  // `place` is where it stands in the table, from 0. All of them before the first Read.
  void AddColumn(std::string name, int64_t place, std::optional<ColumnKind> said);
  size_t size() const { return columns_.size(); }
  ColumnBudget& budget() { return budget_; }

  // A cell of the row at hand. Faults as FeatureColumn::Read.
  absl::Status Read(size_t feature, std::string_view text, int64_t row, int64_t line) {
    return columns_[feature].Read(text, row, line, budget_, cells_[feature]);
  }
  // Writes the row at hand.
  absl::Status EndRow();

  // There are no more rows. Adds the faults that only all rows show; what the columns are, in their order, left-out
  // ones too.
  std::vector<Column> Judge(FaultList& faults);
  // Makes the features what was judged, if there were no faults.
  absl::Status Write();

 private:
  BlobStore& blobs_;
  DatasetWriters& output_;
  ColumnBudget budget_;
  std::vector<FeatureColumn> columns_;
  std::vector<int64_t> places_;
  std::vector<uint32_t> cells_;
  std::vector<size_t> kept_;
  bool as_read_ = true;  // the blob already is what it has to be
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_FEATURE_TABLE_H_
