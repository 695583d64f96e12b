#include "server/rpc/upload_reactor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/convert/dataset.h"
#include "server/convert/request_mark.h"
#include "server/convert/resource_name.h"
#include "server/convert/status.h"
#include "server/errors/errors.h"
#include "server/rpc/answer.h"

namespace traind {

UploadReactor::UploadReactor(DatasetStore& datasets, BlobStore& blobs, Metrics& metrics, Executor& executor,
                             v1::Dataset* response)
    : datasets_(datasets), blobs_(blobs), metrics_(metrics), executor_(executor), response_(response) {
  StartRead(&message_);
}

void UploadReactor::OnReadDone(bool ok) {
  // Garbage in a stream looks like its clean end: only a commit is success.
  if (!ok) {
    Finish(ToGrpcStatus(NoCommit()));
    return;
  }
  executor_.Run([this] {
    using Committed = std::optional<v1::Dataset>;
    absl::StatusOr<Committed> committed = Guarded<Committed>([this] { return TakeMessage(); });
    if (!committed.ok()) {
      Finish(ToGrpcStatus(committed.status()));
    } else if (committed->has_value()) {
      *response_ = **std::move(committed);
      Finish(grpc::Status::OK);
    } else {
      StartRead(&message_);
    }
  });
}

absl::StatusOr<std::optional<v1::Dataset>> UploadReactor::TakeMessage() {
  if (message_.has_begin() != (upload_ == nullptr)) {
    return InvalidFields({{"begin", upload_ == nullptr ? "is missing; it must be the first message of an upload"
                                                       : "came twice; it must be the first message alone"}});
  }
  switch (message_.message_case()) {
    case v1::UploadDatasetRequest::kBegin:
      if (absl::Status begun = Begin(message_.begin()); !begun.ok()) return begun;
      return std::nullopt;
    case v1::UploadDatasetRequest::kChunk:
      if (absl::Status appended = upload_->Append(message_.chunk().offset(), message_.chunk().data()); !appended.ok()) {
        return appended;
      }
      return std::nullopt;
    case v1::UploadDatasetRequest::kCommit: {
      absl::StatusOr<DatasetRecord> record = upload_->Commit(message_.commit().sha256(), message_.commit().row_count());
      if (!record.ok()) return record.status();
      metrics_.DatasetCreated(upload_->received());
      return ToProto(*record);
    }
    case v1::UploadDatasetRequest::MESSAGE_NOT_SET:
      break;
  }
  return InvalidFields({{"message", "is empty; must be begin, chunk or commit"}});
}

absl::Status UploadReactor::Begin(const v1::UploadDatasetRequest::Begin& begin) {
  std::vector<FieldViolation> violations;
  UploadPlan plan;
  plan.id = begin.dataset_id();
  CheckId(plan.id, "begin.dataset_id", violations);
  std::vector<FieldViolation> format_violations;
  plan.format = FromProto(begin.format(), format_violations);
  for (const auto& [field, description] : format_violations) {
    violations.push_back({absl::StrCat("begin.", field), description});
  }
  plan.size = begin.size_bytes();
  plan.request = MarkOf(begin, "begin.request_id", violations);
  if (!violations.empty()) return InvalidFields(violations);
  absl::StatusOr<std::unique_ptr<DatasetUpload>> upload = DatasetUpload::Begin(std::move(plan), datasets_, blobs_);
  if (upload.ok()) upload_ = *std::move(upload);
  return upload.status();
}

absl::Status UploadReactor::NoCommit() const {
  return WithReason(absl::FailedPreconditionError(
                        "the stream ended without a commit, so nothing was kept; send begin, chunks and commit again"),
                    "NO_COMMIT");
}

void UploadReactor::OnDone() {
  // What was not committed is removed from the disk, which may take a while.
  executor_.Run([this] { delete this; });
}

}  // namespace traind
