// A table as comma-separated text: a header, one or more columns of labels, perhaps one of weights, every other column
// a feature.
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
#include "server/datasets/table_reader.h"
#include "server/storage/dataset_store.h"

namespace traind {

// Memory: one row, the names, and for a classification four bytes a row and the distinct labels.
//
// Besides what CsvParser refuses: a header without a label column or the weight column, with too many columns, with an
// empty name or a name twice; names that are too long together; a row with another number of fields than the header; a
// feature, or a label of a regression, that is no finite float32; a label of a classification that names no class; a
// weight that is no finite float32 of at least 0, and weights that are all 0. Nothing is written after the first fault.
class CsvReader : public TableReader, private CsvParser::Handler {
 public:
  // `output` must outlive the reader. `format` is without faults.
  CsvReader(const CsvFormat& format, Task task, DatasetWriters& output);

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
  void ReadFeature(std::string_view text);
  void ReadWeight(std::string_view text);
  void EndDataRow();
  absl::Status WriteClasses();
  absl::Status Verdict(const absl::Status& parsed);
  void AddMissingColumn(std::string field, const std::string& column);
  void AddCellFault(const std::string& sentence);

  static constexpr int32_t kFeature = -1;
  static constexpr int32_t kWeight = -2;

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
  std::vector<int32_t> roles_;        // of each column: kFeature, kWeight, or its place among the labels
  TableSchema schema_;

  // The row at hand.
  int64_t column_ = 0;
  std::vector<float> features_;
  std::vector<float> targets_;  // of a regression
  float weight_ = 0;
  FaultList row_faults_;
  bool hopeless_ = false;

  ClassLabels labels_;
  bool any_weight_ = false;  // above 0
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_CSV_READER_H_
