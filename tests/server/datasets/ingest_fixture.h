// A real blob store in a folder of its own, and uploads into it.
#ifndef TRAIND_TESTS_SERVER_DATASETS_INGEST_FIXTURE_H_
#define TRAIND_TESTS_SERVER_DATASETS_INGEST_FIXTURE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/datasets/ingest.h"
#include "server/datasets/stored_dataset.h"
#include "server/errors/errors.h"
#include "server/storage/blob_store.h"
#include "server/storage/file_system.h"

namespace traind {

// Memory of this process.
inline int64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  int64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * 4096;
}

class IngestFixture : public ::testing::Test {
 protected:
  IngestFixture() {
    std::string pattern = ::testing::TempDir() + "/ingest_XXXXXX";
    folder_ = mkdtemp(pattern.data());
    blobs_ = *BlobStore::Open(PosixFileSystem(), folder_ + "/blobs");
  }
  ~IngestFixture() override {
    blobs_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Uploads `bytes` in pieces of `piece` bytes and commits the blobs.
  absl::StatusOr<DatasetRecord> Upload(const DatasetFormat& format, std::string_view bytes, size_t piece = 1 << 20) {
    auto ingest = DatasetIngest::Begin(format, *blobs_);
    if (!ingest.ok()) return ingest.status();
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
      if (absl::Status status = (*ingest)->Append(bytes.substr(0, piece)); !status.ok()) return status;
    }
    absl::StatusOr<IngestedDataset> dataset = (*ingest)->Finish();
    if (!dataset.ok()) return dataset.status();
    dataset->record.feature_blob = *dataset->writers.features->Commit();
    dataset->record.label_blob = *dataset->writers.labels->Commit();
    if (dataset->writers.weights) dataset->record.weight_blob = *dataset->writers.weights->Commit();
    return std::move(dataset->record);
  }

  std::unique_ptr<const StoredDataset> Open(const DatasetRecord& record) {
    return *StoredDataset::Open(record, *blobs_);
  }
  static std::vector<float> FeaturesOf(const StoredDataset& dataset) {
    const auto& view = dataset.view();
    return {view.features, view.features + view.shape.rows * view.shape.features};
  }
  static std::vector<int32_t> ClassesOf(const StoredDataset& dataset) {
    return {dataset.view().classes, dataset.view().classes + dataset.view().shape.rows};
  }
  static std::vector<float> TargetsOf(const StoredDataset& dataset) {
    const auto& view = dataset.view();
    return {view.targets, view.targets + view.shape.rows * view.shape.targets};
  }

  static std::vector<float> WeightsOf(const StoredDataset& dataset) {
    return {dataset.view().weights, dataset.view().weights + dataset.view().shape.rows};
  }

  std::string folder_;
  std::unique_ptr<BlobStore> blobs_;
};

}  // namespace traind

#endif  // TRAIND_TESTS_SERVER_DATASETS_INGEST_FIXTURE_H_
