// A table as raw little-endian numbers: all features row by row, then all labels row by row, then perhaps all weights.
#ifndef TRAIND_SERVER_DATASETS_TENSOR_READER_H_
#define TRAIND_SERVER_DATASETS_TENSOR_READER_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/datasets/dataset_format.h"
#include "server/datasets/fault_list.h"
#include "server/datasets/table_reader.h"
#include "server/storage/dataset_store.h"

namespace traind {

// Refuses NaN and infinities, class indices outside [0, classes), weights below 0 or all 0, and more or fewer bytes
// than the format comes to. Memory: a few hundred KiB. Nothing is written after the first fault.
class TensorReader : public TableReader {
 public:
  // `output` must outlive the reader. `format` is without faults.
  TensorReader(TensorFormat format, Task task, DatasetWriters& output);

  absl::Status Feed(std::string_view bytes) override;
  absl::StatusOr<TableSchema> Finish() override;

 private:
  // Words of one kind.
  absl::Status Take(std::span<const uint32_t> words);
  void CheckFeatures(std::span<const uint32_t> words);
  void CheckLabels(std::span<const uint32_t> words);
  void CheckWeights(std::span<const uint32_t> words);
  std::string FeatureName(int64_t index) const;
  std::string LabelName(int64_t index) const;
  std::string Sizes() const;  // how the format comes to its bytes, for people

  const TensorFormat format_;
  const Task task_;
  const int64_t labels_;         // a row
  const int64_t feature_words_;  // words: numbers of four bytes
  const int64_t label_end_;      // in words from the start
  const int64_t all_words_;
  DatasetWriters& output_;
  FaultList faults_;
  std::string cut_;  // the first bytes of a number that is not whole yet
  std::vector<uint32_t> words_;
  int64_t words_read_ = 0;
  bool any_weight_ = false;  // above 0
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_TENSOR_READER_H_
