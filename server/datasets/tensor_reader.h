// A table as raw little-endian numbers, see TensorLayout: all features row by row, then all labels row by row, then
// perhaps all weights.
#ifndef TRAIND_SERVER_DATASETS_TENSOR_READER_H_
#define TRAIND_SERVER_DATASETS_TENSOR_READER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/datasets/dataset_format.h"
#include "server/datasets/fault_list.h"
#include "server/datasets/table_reader.h"
#include "server/datasets/tensor_layout.h"
#include "server/storage/sha256.h"

namespace traind {

// Checks the bytes, which are stored as they are, and hashes them. Refuses what is not finite as float32, class indices
// outside [0, classes), weights below 0 or all 0, and more or fewer bytes than the format comes to.
class TensorReader : public TableReader {
 public:
  // `format` is without faults.
  TensorReader(TensorFormat format, Task task);

  absl::Status Feed(std::string_view bytes) override;
  std::string InputSha256() const { return Sha256(input_hash_).Finish(); }
  absl::StatusOr<TableSchema> Finish() override;

  Task task() const { return task_; }
  const TensorLayout& layout() const { return layout_; }
  // SHA-256 of the bytes of each part by itself. After Finish.
  const std::vector<std::string>& part_sha256s() const { return part_sha256s_; }

 private:
  // Bytes between parts.
  void TakePadding(std::string_view bytes);
  // Bytes of the part at hand.
  void TakePart(std::string_view bytes);
  // Whole numbers of the part at hand, the first of which is its number `first`.
  void Check(std::string_view elements, int64_t first);
  void CheckFeatures(std::string_view elements, int64_t first);
  void CheckLabels(std::string_view elements, int64_t first);
  void CheckWeights(std::string_view elements, int64_t first);
  std::string FeatureName(int64_t index) const;
  std::string LabelName(int64_t index) const;
  std::string Sizes() const;  // how the format comes to its bytes, for people

  const TensorFormat format_;
  const Task task_;
  const int64_t labels_;  // a row
  const TensorLayout layout_;
  FaultList faults_;
  std::string cut_;   // the first bytes of a number that is not whole yet
  int64_t read_ = 0;  // bytes
  Sha256 input_hash_;
  Sha256 part_hash_;  // of the part at hand, but for the features, which all begins with
  std::vector<std::string> part_sha256s_;
  bool any_weight_ = false;  // above 0
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_TENSOR_READER_H_
