#include "server/datasets/dataset_upload.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/errors/errors.h"
#include "server/storage/sha256.h"

namespace traind {

DatasetUpload::DatasetUpload(UploadPlan plan, std::unique_ptr<DatasetIngest> ingest, DatasetStore& datasets)
    : plan_(std::move(plan)), ingest_(std::move(ingest)), datasets_(datasets) {}

absl::StatusOr<std::unique_ptr<DatasetUpload>> DatasetUpload::Begin(UploadPlan plan, DatasetStore& datasets,
                                                                    BlobStore& blobs) {
  if (plan.size < 1 || plan.size > kMaxUploadBytes) {
    return InvalidFields({{"begin.size_bytes", absl::StrCat(plan.size, "; must be 1 to ", kMaxUploadBytes)}});
  }
  // A repeat of an earlier request finds its own dataset there; only the commit can tell.
  if (plan.request.id.empty() && datasets.Get(plan.id).ok()) {
    return WithReason(absl::AlreadyExistsError(absl::StrCat("datasets/", plan.id, " exists; choose another name")),
                      "NAME_TAKEN");
  }
  auto ingest = DatasetIngest::Begin(plan.format, blobs);
  if (!ingest.ok()) return ingest.status();
  return std::unique_ptr<DatasetUpload>(new DatasetUpload(std::move(plan), *std::move(ingest), datasets));
}

absl::Status DatasetUpload::Append(int64_t offset, std::string_view bytes) {
  const int64_t size = static_cast<int64_t>(bytes.size());
  if (size < 1 || size > kMaxChunkBytes) {
    return InvalidFields({{"chunk.data", absl::StrCat(size, " bytes; must be 1 to ", kMaxChunkBytes)}});
  }
  if (offset != received_) {
    const std::string expected = absl::StrCat(received_);
    return WithReason(
        absl::AbortedError(absl::StrCat("chunk.offset: ", offset, "; the bytes received end at ", expected)),
        "OFFSET_MISMATCH", {{"expected_offset", expected}});
  }
  if (size > plan_.size - received_) {
    return absl::OutOfRangeError(
        absl::StrCat("chunk: ends at ", received_ + size, ", past the declared size_bytes of ", plan_.size));
  }
  received_ += size;
  return ingest_->Append(bytes);
}

absl::StatusOr<DatasetRecord> DatasetUpload::Commit(const std::string& sha256, int64_t rows) {
  if (received_ < plan_.size) {
    return absl::FailedPreconditionError(
        absl::StrCat("commit: ", received_, " of the declared ", plan_.size, " bytes have come; send the rest first"));
  }
  const absl::StatusOr<std::string> actual = ingest_->InputSha256();
  if (!actual.ok()) return actual.status();
  if (absl::AsciiStrToLower(sha256) != *actual) {
    return InvalidFields({{"commit.sha256", absl::StrCat("the bytes received have ", *actual, "; send them again")}});
  }
  absl::StatusOr<IngestedDataset> dataset = ingest_->Finish();
  if (!dataset.ok()) return dataset.status();
  if (rows != 0 && rows != dataset->record.rows) {
    return InvalidFields({{"commit.row_count", absl::StrCat(rows, "; the data has ", dataset->record.rows, " rows")}});
  }
  if (!plan_.request.id.empty()) {
    Sha256 body;
    body.Update(absl::StrCat(plan_.request.body_sha256, *actual));
    plan_.request.body_sha256 = body.Finish();
  }
  dataset->record.id = plan_.id;
  dataset->record.request = plan_.request;
  dataset->record.create_time = absl::Now();
  return datasets_.Publish(std::move(dataset->record), std::move(dataset->writers));
}

}  // namespace traind
