// Labels of a classification, as they are met, turned into class indices.
#ifndef TRAIND_SERVER_DATASETS_CLASS_LABELS_H_
#define TRAIND_SERVER_DATASETS_CLASS_LABELS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace traind {

// The classes are known only after the last row, so a label is kept as the order in which its class was first met:
// four bytes a row of memory. Used by one thread.
class ClassLabels {
 public:
  // The label of the next row. InvalidArgument says, as a sentence, why it is none (see ParseClassLabel and NameFault);
  // OutOfRange that it is one class too many.
  absl::Status Add(std::string_view text);

  struct Result {
    std::vector<std::string> class_names;
    std::vector<int32_t> labels;  // one a row, indices into class_names
  };
  // Numbers the classes: in numeric order if all are whole numbers, else in byte order of their names. InvalidArgument
  // if there are fewer than two. Spent afterwards.
  absl::StatusOr<Result> Finish();

 private:
  absl::flat_hash_map<int64_t, int32_t> numbers_;
  absl::flat_hash_map<std::string, int32_t> texts_;
  std::vector<int32_t> rows_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_CLASS_LABELS_H_
