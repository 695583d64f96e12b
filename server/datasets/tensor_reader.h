// A table as raw little-endian numbers: all features row by row, then all labels row by row, then perhaps all weights.
#ifndef TRAIND_SERVER_DATASETS_TENSOR_READER_H_
#define TRAIND_SERVER_DATASETS_TENSOR_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/datasets/dataset_format.h"
#include "server/datasets/fault_list.h"
#include "server/datasets/table_reader.h"
#include "server/storage/dataset_store.h"
#include "server/storage/sha256.h"

namespace traind {

// Refuses NaN and infinities, class indices outside [0, classes), weights below 0 or all 0, and more or fewer bytes
// than the format comes to. Features go to their blob as they are, uncopied. Nothing is written after the first fault.
class TensorReader : public TableReader {
 public:
  // `output` must outlive the reader. `format` is without faults.
  TensorReader(TensorFormat format, Task task, DatasetWriters& output);

  absl::Status Feed(std::string_view bytes) override;
  std::string InputSha256() override;
  absl::StatusOr<TableSchema> Finish() override;

 private:
  // Where the words that come next end, in words from the start.
  int64_t EndOfKind() const;
  // Whole words of one kind.
  absl::Status Take(std::string_view words);
  void CheckFeatures(std::string_view words);
  void CheckLabels(std::string_view words);
  void CheckWeights(std::string_view words);
  // The hash of all bytes taken.
  Sha256& InputHash();
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
  int64_t words_read_ = 0;
  // As long as all that comes goes to the features' blob, that blob's hash is the input's, and this is empty.
  std::optional<Sha256> input_hash_;
  bool any_weight_ = false;  // above 0
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_TENSOR_READER_H_
