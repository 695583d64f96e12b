// How the bytes of an upload are to be read: DatasetFormat of proto/traind/v1/dataset.proto as plain values.
#ifndef TRAIND_SERVER_DATASETS_DATASET_FORMAT_H_
#define TRAIND_SERVER_DATASETS_DATASET_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/data/element_type.h"
#include "server/errors/errors.h"
#include "server/storage/records.h"

namespace traind {

inline constexpr int64_t kMaxRows = int64_t{1} << 40;
inline constexpr int64_t kMaxFeatures = 100'000;
inline constexpr int64_t kMaxClasses = 65'536;
inline constexpr int64_t kMaxTargets = 65'536;  // as many as a layer has units
inline constexpr size_t kMaxNameBytes = 256;    // of a column or a class
// Of all features, categories, classes and targets of a dataset together, so that a message with all of them, features
// even twice, fits into the 4 MiB that gRPC receives by default.
inline constexpr int64_t kMaxNamesBytes = 1 << 20;

// What a column of a CSV is said to be: kNumeric, kCategorical or kIgnore.
struct SaidColumn {
  std::string name;
  ColumnKind kind = ColumnKind::kIgnore;
};

// Either label_column or label_columns, more than one of those with Task::kRegression only.
struct CsvFormat {
  std::string label_column = {};
  std::vector<std::string> label_columns = {};
  std::string weight_column = {};        // empty: every row counts the same
  std::vector<SaidColumn> columns = {};  // neither label nor weight; the others' kinds are inferred

  // Whichever was given, in the order of the outputs.
  std::vector<std::string> AllLabels() const;
  // The path of the label at that place in AllLabels, such as `format.csv.label_columns[1]`.
  std::string LabelField(size_t index) const;
};

// Empty names stand for `0`, `1`, ...
struct TensorFormat {
  int64_t rows = 0;
  int64_t features = 0;
  int64_t classes = 0;  // 0 with Task::kRegression
  std::vector<std::string> feature_names = {};
  std::vector<std::string> class_names = {};
  int64_t targets = 0;  // 0 with Task::kClassification
  std::vector<std::string> target_names = {};
  bool has_weights = false;
  engine::ElementType feature_type = engine::ElementType::kFloat32;
  std::optional<engine::ElementType> label_type = {};               // none: int32 classes or float32 numbers
  engine::ElementType weight_type = engine::ElementType::kFloat32;  // a float type

  engine::ElementType LabelType(Task task) const;
};

struct DatasetFormat {
  Task task = Task::kClassification;
  std::variant<CsvFormat, TensorFormat> encoding;
};

// Every fault of a format by itself, with paths such as `format.tensors.row_count`; empty if there is none.
std::vector<FieldViolation> CheckFormat(const DatasetFormat& format);

struct TableSchema;

// What is wrong with the names of all features, their categories, and all classes or targets together, as a sentence;
// empty if nothing is.
std::string NamesFault(const TableSchema& schema);

// What keeps `name` from naming a column or a class, as the rest of a sentence; empty if nothing does: names are 1 to
// kMaxNameBytes bytes of UTF-8.
std::string NameFault(std::string_view name);

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_DATASET_FORMAT_H_
