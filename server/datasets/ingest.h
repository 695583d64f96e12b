// From the bytes of an upload to a dataset that only needs to be published.
#ifndef TRAIND_SERVER_DATASETS_INGEST_H_
#define TRAIND_SERVER_DATASETS_INGEST_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/datasets/dataset_format.h"
#include "server/datasets/table_reader.h"
#include "server/datasets/tensor_reader.h"
#include "server/storage/blob_store.h"
#include "server/storage/dataset_store.h"
#include "server/storage/records.h"

namespace traind {

// What DatasetStore::Publish takes. The record lacks what the bytes do not tell: id, create_time, request.
struct IngestedDataset {
  DatasetRecord record;
  std::vector<std::unique_ptr<BlobWriter>> writers;
};

// The dataset of tensors that `reader` has read and that are all there is in the file at `path`, which stays.
// InvalidArgument lists the faults of the data.
absl::StatusOr<IngestedDataset> IngestTensors(TensorReader& reader, const std::string& path, BlobStore& blobs);

// Reads one upload, in memory that does not grow with it (but for 4 bytes a row of a CSV's classes). Dropped without a
// trace at any time. Used by one thread.
//
// The record's `sha256` is over task, shape, feature names, categories, class names and the blobs: two datasets of
// equal `sha256` make equal models from the same spec. Which file the numbers came from, CSV or tensors, makes no
// difference, and neither do the names of label columns. (How many targets there are follows from the rows and the
// labels.)
class DatasetIngest {
 public:
  // InvalidArgument lists the faults of `format`. `blobs` must outlive what is returned.
  static absl::StatusOr<std::unique_ptr<DatasetIngest>> Begin(const DatasetFormat& format, BlobStore& blobs);

  // The next bytes, cut anywhere. The first error is final: every later call returns it again. Faults of the data may
  // be told only by Finish, which lists them all; ResourceExhausted and others are those of the blob store.
  absl::Status Append(std::string_view bytes);
  // There are no more bytes. Called at most once.
  absl::StatusOr<IngestedDataset> Finish();

 private:
  DatasetIngest(Task task, DatasetWriters output) : task_(task), output_(std::move(output)) {}

  const Task task_;
  DatasetWriters output_;  // of tensors, the first one takes all bytes
  std::unique_ptr<TableReader> reader_;
  TensorReader* tensors_ = nullptr;  // the reader, if it is one
  absl::Status status_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_INGEST_H_
