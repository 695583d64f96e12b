#include "server/rpc/upload_reactor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/convert/dataset.h"
#include "server/convert/request_mark.h"
#include "server/convert/resource_name.h"
#include "server/convert/status.h"
#include "server/errors/errors.h"
#include "server/rpc/answer.h"

namespace traind {
namespace {

absl::Status NoCommit() {
  return WithReason(absl::FailedPreconditionError(
                        "the stream ended without a commit, so nothing was kept; send begin, chunks and commit again"),
                    "NO_COMMIT");
}

absl::Status Stalled(absl::Duration patience) {
  return WithReason(
      absl::DeadlineExceededError(absl::StrCat("nothing came for ", absl::FormatDuration(patience),
                                               ", so the upload was given up and nothing was kept; send it again")),
      "UPLOAD_STALLED");
}

absl::Status TooManyUploads() {
  return WithRetryDelay(WithReason(absl::ResourceExhaustedError(absl::StrCat(
                                       kMaxOpenUploads, " uploads are under way; try again when one has ended")),
                                   "TOO_MANY_UPLOADS"),
                        absl::Seconds(1));
}

}  // namespace

UploadReactor::UploadReactor(const UploadParts& parts, v1::Dataset* response)
    : parts_(parts), response_(response), tick_(parts.ticker.Add([this](absl::Time now) { Tick(now); })) {
  if (parts_.open.fetch_add(1) < kMaxOpenUploads) {
    {
      absl::MutexLock lock(&mutex_);
      waiting_since_ = absl::Now();
    }
    StartRead(&incoming_);
  } else {
    FinishOnce(ToGrpcStatus(TooManyUploads()));
  }
}

UploadReactor::~UploadReactor() {
  parts_.ticker.Remove(tick_);
  --parts_.open;
}

void UploadReactor::OnReadDone(bool ok) {
  {
    absl::MutexLock lock(&mutex_);
    waiting_since_ = absl::InfiniteFuture();
    (ok ? has_incoming_ : ended_) = true;
    if (finished_ || working_) return;
    if (ok) TakeRead();
  }
  if (ok) {
    Go();
  } else {
    FinishOnce(ToGrpcStatus(NoCommit()));
  }
}

void UploadReactor::TakeRead() {
  message_.Swap(&incoming_);
  has_incoming_ = false;
  working_ = true;
}

void UploadReactor::Go() {
  if (!message_.has_commit()) StartRead(&incoming_);
  parts_.executor.Run([this] { Work(); });
}

void UploadReactor::Work() {
  using Committed = std::optional<v1::Dataset>;
  absl::StatusOr<Committed> committed = Guarded<Committed>([this] { return TakeMessage(); });
  if (!committed.ok()) return FinishOnce(ToGrpcStatus(committed.status()));
  if (committed->has_value()) {
    *response_ = **std::move(committed);
    return FinishOnce(grpc::Status::OK);
  }
  bool more = false;
  {
    absl::MutexLock lock(&mutex_);
    more = has_incoming_;
    if (more) {
      TakeRead();
    } else if (!ended_) {
      working_ = false;
      waiting_since_ = absl::Now();
      return;
    }
  }
  if (more) {
    Go();
  } else {
    // Garbage in a stream looks like its clean end: only a commit is success.
    FinishOnce(ToGrpcStatus(NoCommit()));
  }
}

void UploadReactor::Tick(absl::Time now) {
  {
    absl::MutexLock lock(&mutex_);
    if (finished_ || now - waiting_since_ < parts_.patience) return;
    finished_ = true;
  }
  Finish(ToGrpcStatus(Stalled(parts_.patience)));
}

void UploadReactor::FinishOnce(const grpc::Status& status) {
  {
    absl::MutexLock lock(&mutex_);
    if (std::exchange(finished_, true)) return;
  }
  Finish(status);
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
      parts_.metrics.DatasetCreated(upload_->received());
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
  if (plan.size < 1 || plan.size > kMaxUploadBytes) {
    violations.push_back({"begin.size_bytes", absl::StrCat(plan.size, "; must be 1 to ", kMaxUploadBytes)});
  }
  plan.request = MarkOf(begin, "begin.request_id", violations);
  if (!violations.empty()) return InvalidFields(violations);
  absl::StatusOr<std::unique_ptr<DatasetUpload>> upload =
      DatasetUpload::Begin(std::move(plan), parts_.datasets, parts_.blobs);
  if (!upload.ok()) return upload.status();
  upload_ = *std::move(upload);
  return absl::OkStatus();
}

void UploadReactor::OnDone() {
  // What was not committed is removed from the disk, which may take a while.
  parts_.executor.Run([this] { delete this; });
}

}  // namespace traind
