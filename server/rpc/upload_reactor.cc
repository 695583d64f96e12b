#include "server/rpc/upload_reactor.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/convert/resource_name.h"
#include "server/convert/status.h"
#include "server/convert/upload.h"
#include "server/errors/errors.h"
#include "server/rpc/answer.h"
#include "server/telemetry/log_scope.h"

namespace traind {
namespace {

absl::Status Stalled(absl::Duration patience) {
  return WithReason(absl::DeadlineExceededError(
                        absl::StrCat("less than ", kLeastBytes, " bytes came in ", absl::FormatDuration(patience),
                                     ", so the stream was given up; GetUpload says from where to go on")),
                    "UPLOAD_STALLED");
}

absl::Status TooManyUploads(int most) {
  return WithRetryDelay(WithReason(absl::ResourceExhaustedError(
                                       absl::StrCat(most, " uploads are under way; try again when one has ended")),
                                   "TOO_MANY_UPLOADS"),
                        absl::Seconds(1));
}

}  // namespace

UploadReactor::UploadReactor(const UploadStreamParts& parts, CallContext& call, v1::Upload* response)
    : parts_(parts), call_(call), response_(response), tick_(parts.ticker.Add([this](SteadyTime now) { Tick(now); })) {
  const bool refused = parts_.open.fetch_add(1) >= parts_.max_streams;
  {
    absl::MutexLock lock(&mutex_);
    working_ = refused;
    if (!refused) waiting_since_ = SteadyNow();
  }
  if (refused) {
    Close(TooManyUploads(parts_.max_streams));
  } else {
    StartRead(&incoming_);
  }
}

UploadReactor::~UploadReactor() { parts_.ticker.Remove(tick_); }

void UploadReactor::Close(const absl::Status& status) {
  // Before the answer: who hears it may open the next one.
  --parts_.open;
  Finish(ToGrpcStatus(status));
}

void UploadReactor::OnReadDone(bool ok) {
  {
    absl::MutexLock lock(&mutex_);
    EndWait(ok ? static_cast<int64_t>(incoming_.data().size()) : 0);
    (ok ? has_incoming_ : ended_) = true;
    if (working_) return;
    if (ok) TakeRead();
    working_ = true;
  }
  if (ok) {
    StartRead(&incoming_);
    parts_.executor.Run([this] { Work(); });
  } else {
    parts_.executor.Run([this] { End(absl::OkStatus()); });
  }
}

void UploadReactor::EndWait(int64_t bytes) {
  if (waiting_since_ != SteadyTime::max()) waited_ += SteadyNow() - waiting_since_;
  waiting_since_ = SteadyTime::max();
  brought_ += bytes;
  if (brought_ < kLeastBytes) return;
  waited_ = {};
  brought_ = 0;
}

void UploadReactor::TakeRead() {
  message_.Swap(&incoming_);
  has_incoming_ = false;
}

void UploadReactor::Work() {
  const LogScope scope({.request_id = call_.request_id()});
  absl::Status taken = Guarded<bool>([this]() -> absl::StatusOr<bool> {
                         if (absl::Status status = TakeMessage(); !status.ok()) return status;
                         return true;
                       }).status();
  if (!taken.ok()) return End(std::move(taken));
  bool more = false;
  {
    absl::MutexLock lock(&mutex_);
    more = has_incoming_;
    if (more) {
      TakeRead();
    } else if (!ended_) {
      working_ = false;
      waiting_since_ = SteadyNow();
      return;
    }
  }
  if (!more) return End(absl::OkStatus());
  StartRead(&incoming_);
  parts_.executor.Run([this] { Work(); });
}

void UploadReactor::Tick(SteadyTime now) {
  {
    absl::MutexLock lock(&mutex_);
    if (working_ || waited_ + (now - waiting_since_) < absl::ToChronoNanoseconds(parts_.patience)) return;
    working_ = true;
  }
  parts_.executor.Run([this] { End(Stalled(parts_.patience)); });
}

void UploadReactor::End(absl::Status status) {
  const LogScope scope({.request_id = call_.request_id()});
  if (lease_ != nullptr) {
    absl::Status synced = Guarded<bool>([this]() -> absl::StatusOr<bool> {
                            if (absl::Status saved = lease_->Sync(); !saved.ok()) return saved;
                            return true;
                          }).status();
    status.Update(synced);
    *response_ = ToProto(lease_->record());
    // Before the answer, so that who hears it can go on at once.
    lease_.reset();
  } else if (status.ok()) {
    status = InvalidFields({{"name", "is missing; the first message of a stream names the upload"}});
  }
  Close(status);
}

absl::Status UploadReactor::TakeMessage() {
  if (lease_ == nullptr) {
    call_.set_resource(message_.name());
    absl::StatusOr<std::string> id = ParseResourceName(kUploads, message_.name());
    if (!id.ok()) return id.status();
    absl::StatusOr<std::unique_ptr<UploadLease>> lease = parts_.uploads.Lease(*id, ScopeOf(*call_.caller()));
    if (!lease.ok()) return lease.status();
    lease_ = *std::move(lease);
    name_ = message_.name();
  } else if (!message_.name().empty() && message_.name() != name_) {
    return InvalidFields({{"name", absl::StrCat("is not that of the first message, ", name_)}});
  }
  std::optional<uint32_t> crc32c;
  if (message_.has_crc32c()) crc32c = message_.crc32c();
  if (absl::Status taken = lease_->Append(message_.offset(), message_.data(), crc32c); !taken.ok()) return taken;
  parts_.metrics.UploadReceived(static_cast<int64_t>(message_.data().size()));
  return absl::OkStatus();
}

void UploadReactor::OnDone() {
  // What else it holds may take a while to let go of.
  parts_.executor.Run([this] { delete this; });
}

}  // namespace traind
