// A real blob store in a folder of its own, and uploads into it.
#ifndef TRAIND_TESTS_SERVER_DATASETS_INGEST_FIXTURE_H_
#define TRAIND_TESTS_SERVER_DATASETS_INGEST_FIXTURE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
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
    for (const auto& writer : dataset->writers) EXPECT_TRUE(writer->Commit().ok());
    return std::move(dataset->record);
  }

  std::unique_ptr<const StoredDataset> Open(const DatasetRecord& record) {
    return *StoredDataset::Open(record, *blobs_);
  }
  static std::vector<float> FeaturesOf(const StoredDataset& dataset) {
    return Floats(dataset, dataset.view().features, dataset.view().shape.features);
  }
  static std::vector<int32_t> ClassesOf(const StoredDataset& dataset) {
    std::vector<int32_t> classes(dataset.view().shape.rows);
    dataset.view().classes.GatherClasses(AllRows(dataset), classes.data());
    return classes;
  }
  static std::vector<float> TargetsOf(const StoredDataset& dataset) {
    return Floats(dataset, dataset.view().targets, dataset.view().shape.targets);
  }
  static std::vector<float> WeightsOf(const StoredDataset& dataset) {
    return Floats(dataset, dataset.view().weights, 1);
  }

  static std::vector<int64_t> AllRows(const StoredDataset& dataset) {
    std::vector<int64_t> rows(dataset.view().shape.rows);
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
  }
  static std::vector<float> Floats(const StoredDataset& dataset, engine::Numbers numbers, int64_t width) {
    std::vector<float> floats(dataset.view().shape.rows * width);
    numbers.GatherFloats(AllRows(dataset), width, floats.data());
    return floats;
  }

  std::string folder_;
  std::unique_ptr<BlobStore> blobs_;
};

}  // namespace traind

#endif  // TRAIND_TESTS_SERVER_DATASETS_INGEST_FIXTURE_H_
