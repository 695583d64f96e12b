// A table as comma-separated text: a header, one or more columns of labels, perhaps one of weights, every other column
// a feature unless it is to be left out.
#ifndef TRAIND_SERVER_DATASETS_CSV_READER_H_
#define TRAIND_SERVER_DATASETS_CSV_READER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/datasets/class_labels.h"
#include "server/datasets/csv_parser.h"
#include "server/datasets/dataset_format.h"
#include "server/datasets/fault_list.h"
#include "server/datasets/feature_table.h"
#include "server/datasets/table_reader.h"
#include "server/storage/blob_store.h"
#include "server/storage/dataset_store.h"

namespace traind {

// Memory: one row, the names, the distinct texts of its columns (see ColumnBudget), and for a classification four bytes
// a row and the distinct labels.
//
// Besides what CsvParser refuses: a header without a column that the format names, with too many columns, with an
// empty name or a name twice; names that are too long together; a row with another number of fields than the header; a
// feature that FeatureColumn refuses; no column that could be a feature; a label that is missing, of a regression one
// that is no finite float32, of a classification one that names no class; a weight that is no finite float32 of at
// least 0, and weights that are all 0. Nothing is written after the first fault.
class CsvReader : public TableReader, private CsvParser::Handler {
 public:
  // `output` and `blobs` must outlive the reader. `format` is without faults.
  CsvReader(const CsvFormat& format, Task task, BlobStore& blobs, DatasetWriters& output);

  absl::Status Feed(std::string_view bytes) override;
  absl::StatusOr<TableSchema> Finish() override;

 private:
  void OnField(std::string_view text) override;
  bool OnEndOfRow() override;

  using Positions = absl::flat_hash_map<std::string_view, size_t>;

  void CheckHeader();
  void AssignRoles(const Positions& positions);
  std::string FeatureCountFault(int64_t count) const;
  void ReadLabel(std::string_view text, int32_t index);
  void ReadFeature(std::string_view text, size_t feature);
  void ReadWeight(std::string_view text);
  void EndDataRow();
  absl::Status WriteClasses();
  // Puts what was judged of the features among the other columns.
  void TakeFeatures(std::vector<Column> features);
  absl::Status Verdict(const absl::Status& parsed);
  void AddMissingColumn(std::string field, const std::string& column);
  void AddCellFault(const std::string& sentence);

  // What a column is read for.
  struct Role {
    ColumnKind kind = ColumnKind::kIgnore;  // kNumeric for every feature
    int32_t index = 0;                      // among the labels or the features
  };

  const CsvFormat format_;
  const std::vector<std::string> label_columns_;
  const Task task_;
  const size_t max_columns_;
  DatasetWriters& output_;
  CsvParser parser_;
  FaultList faults_;
  absl::Status written_;  // what the output said

  bool header_read_ = false;
  std::vector<std::string> columns_;  // of a header with too many only the first
  std::vector<Role> roles_;           // of each column
  FeatureTable features_;
  TableSchema schema_;

  // The row at hand.
  int64_t column_ = 0;
  std::vector<float> targets_;  // of a regression
  float weight_ = 0;
  FaultList row_faults_;
  bool hopeless_ = false;

  ClassLabels labels_;
  std::vector<NumberStatistics> target_statistics_;
  NumberStatistics weight_statistics_;
  bool any_weight_ = false;  // above 0
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_CSV_READER_H_
