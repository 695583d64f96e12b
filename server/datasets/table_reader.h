// What every encoding of a dataset is read through.
#ifndef TRAIND_SERVER_DATASETS_TABLE_READER_H_
#define TRAIND_SERVER_DATASETS_TABLE_READER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/records.h"

namespace traind {

// What a table turned out to be.
struct TableSchema {
  int64_t rows = 0;
  std::vector<std::string> feature_names = {};
  std::string label_column = {};               // empty for tensors and for several columns
  std::vector<std::string> class_names = {};   // empty for regression
  std::vector<std::string> target_names = {};  // empty for classification
  std::vector<Column> columns = {};            // see DatasetRecord
};

// Reads bytes, cut anywhere, and writes numbers to DatasetWriters, weights where there are any. Used by one thread;
// spent after its first error.
class TableReader {
 public:
  virtual ~TableReader() = default;
  // Faults of the data are gathered and told by Finish; at once only where reading on is of no use. Failures of the
  // output are told at once.
  virtual absl::Status Feed(std::string_view bytes) = 0;
  // The data is all there. InvalidArgument lists its faults (see FaultList).
  virtual absl::StatusOr<TableSchema> Finish() = 0;
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_TABLE_READER_H_
