// Any bytes as a CSV upload: refused with field violations, or read as a dataset; however they are cut, alike.
//
// The first byte says how to read (bits 0 to 2) and what column `a` is said to be (bits 3 and 4), the second how long
// the pieces are; the text follows.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/datasets/dataset_format.h"
#include "server/datasets/ingest.h"
#include "server/storage/blob_store.h"
#include "server/storage/file_system.h"

namespace traind {
namespace {

BlobStore& Blobs() {
  static BlobStore& blobs = []() -> BlobStore& {
    std::string folder = std::filesystem::temp_directory_path() / "traind_csv_fuzzer_XXXXXX";
    if (mkdtemp(folder.data()) == nullptr) std::abort();
    return *BlobStore::Open(PosixFileSystem(), folder)->release();
  }();
  return blobs;
}

absl::StatusOr<std::string> Read(const DatasetFormat& format, std::string_view text, size_t piece) {
  absl::StatusOr<std::unique_ptr<DatasetIngest>> ingest = DatasetIngest::Begin(format, Blobs());
  if (!ingest.ok()) return ingest.status();
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    if (absl::Status status = (*ingest)->Append(text.substr(0, piece)); !status.ok()) return status;
  }
  absl::StatusOr<IngestedDataset> dataset = (*ingest)->Finish();
  if (!dataset.ok()) return dataset.status();
  return dataset->record.sha256;
}

}  // namespace
}  // namespace traind

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace traind;
  if (size < 2) return 0;
  const uint8_t bits = data[0];
  CsvFormat csv;
  if ((bits & 1) != 0) {
    csv.label_columns = {"y", "z"};
  } else {
    csv.label_column = "y";
  }
  if ((bits & 2) != 0) csv.weight_column = "w";
  for (const auto& [said, kind] : {std::pair(8, ColumnKind::kNumeric), std::pair(16, ColumnKind::kCategorical),
                                   std::pair(24, ColumnKind::kIgnore)}) {
    if ((bits & 24) == said) csv.columns.push_back({"a", kind});
  }
  const DatasetFormat format = {.task = (bits & 5) != 0 ? Task::kRegression : Task::kClassification, .encoding = csv};
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto whole = Read(format, text, text.size());
  const auto cut = Read(format, text, size_t{1} + data[1]);
  if (!whole.ok() && !absl::IsInvalidArgument(whole.status())) std::abort();
  if (whole.ok() != cut.ok() || (whole.ok() && *whole != *cut)) std::abort();
  return 0;
}
