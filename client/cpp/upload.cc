#include <grpcpp/client_context.h>
#include <isa-l/crc.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cpp/backoff.h"
#include "client/cpp/call.h"
#include "client/cpp/client.h"
#include "client/cpp/file_source.h"
#include "client/cpp/sha256.h"

namespace traind::client {
namespace {

constexpr int64_t kChunkBytes = 1 << 20;
constexpr int64_t kInlineBytes = kChunkBytes;
constexpr int64_t kSlowestBytesPerSecond = 256 << 10;

absl::Status WrongSize(int64_t declared, absl::string_view given) {
  return absl::InvalidArgumentError(absl::StrCat("size_bytes: ", declared, " bytes were declared and the source gave ",
                                                 given, "; if it is a file, it changed during the upload"));
}

// Fills `bytes`, whose old contents do not matter, from `offset` on; shorter only where the source ends.
absl::Status ReadAt(int64_t offset, int64_t size, ByteSource source, std::string& bytes) {
  bytes.resize(size);
  int64_t filled = 0;
  while (filled < size) {
    absl::StatusOr<size_t> count = source(offset + filled, absl::MakeSpan(bytes).subspan(filled));
    if (!count.ok()) return count.status();
    if (*count == 0) break;
    filled += static_cast<int64_t>(*count);
  }
  bytes.resize(filled);
  return absl::OkStatus();
}

// The source must give `size` bytes and no more.
absl::Status CheckSourceEnds(int64_t size, ByteSource source) {
  std::string rest;
  absl::Status read = ReadAt(size, 1, source, rest);
  if (!read.ok()) return read;
  return rest.empty() ? absl::OkStatus() : WrongSize(size, "more");
}

uint32_t Crc32c(std::string& bytes) {
  return ~crc32_iscsi(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), ~0u);
}

// Whether the upload can go on after a stream, or a call, that ended so.
bool IsPassing(const absl::Status& status) {
  const std::string reason = DetailsOf(status).reason;
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || reason == "UPLOAD_BUSY" ||
         reason == "OFFSET_MISMATCH" || reason == "UPLOAD_STALLED" || reason == "TOO_MANY_UPLOADS" ||
         reason == "CHECKSUM_MISMATCH" || reason == "UPLOAD_INCOMPLETE";
}

// One upload, from wherever the server has got to.
class Uploader {
 public:
  Uploader(v1::DatasetService::Stub& stub, const v1::CreateUploadRequest& request, ByteSource source,
           absl::Duration timeout, const UploadOptions& options)
      : stub_(stub), request_(request), source_(source), timeout_(timeout), options_(options) {}

  absl::StatusOr<v1::Dataset> Run() {
    absl::StatusOr<v1::Upload> upload = Call(stub_, &Stub::CreateUpload, request_, timeout_);
    if (!upload.ok()) return upload.status();
    upload_ = *std::move(upload);
    absl::StatusOr<v1::Dataset> dataset = SendAndCommit();
    // Nobody goes on with what the server or the source has refused.
    if (absl::IsInvalidArgument(dataset.status()) || absl::IsOutOfRange(dataset.status())) {
      Call(stub_, &Stub::DeleteUpload, Named<v1::DeleteUploadRequest>(upload_.name()), timeout_).status().IgnoreError();
    }
    return dataset;
  }

 private:
  using Stub = v1::DatasetService::Stub;

  struct Cancel {
    grpc::ClientContext* context;
    void operator()() const { context->TryCancel(); }
  };

  absl::StatusOr<v1::Dataset> SendAndCommit() {
    while (true) {
      const int64_t before = upload_.committed_bytes();
      if (options_.on_progress) options_.on_progress(before, request_.size_bytes());
      absl::StatusOr<v1::Dataset> dataset = absl::UnavailableError("");
      absl::Status status = before < request_.size_bytes() ? Send() : HashUpTo(before);
      if (status.ok() && upload_.committed_bytes() == request_.size_bytes()) {
        dataset = Commit();
        status = dataset.status();
      }
      if (options_.stop.stop_requested()) return absl::CancelledError("the upload was stopped");
      if (dataset.ok()) return dataset;
      if (!status.ok() && !IsPassing(status)) return status;
      if (absl::Status found = FindOut(status); !found.ok()) return found;
    }
  }

  // Waits and asks the server from where to go on. Gives up when it says that nothing has come for a while, or says
  // nothing for as long: only the server knows how much of a stream that broke has come through.
  absl::Status FindOut(absl::Status why) {
    const absl::Time began = absl::Now();
    while (true) {
      backoff_.Wait(options_.stop, DetailsOf(why).retry_delay.value_or(absl::ZeroDuration()));
      if (options_.stop.stop_requested()) return absl::CancelledError("the upload was stopped");
      absl::StatusOr<v1::Upload> upload =
          Call(stub_, &Stub::GetUpload, Named<v1::GetUploadRequest>(upload_.name()), timeout_);
      if (upload.ok()) {
        SetCommitted(upload->committed_bytes());
        return absl::Now() - progressed_ < options_.give_up_after ? absl::OkStatus() : GivenUp(why);
      }
      // After a commit whose answer was lost there is a dataset in its place: the next commit tells.
      if (absl::IsNotFound(upload.status()) && upload_.committed_bytes() == request_.size_bytes()) {
        return absl::OkStatus();
      }
      if (!IsPassing(upload.status())) return upload.status();
      why = upload.status();
      if (absl::Now() - began >= options_.give_up_after) return GivenUp(why);
    }
  }

  absl::Status GivenUp(const absl::Status& why) const {
    return absl::Status(why.ok() ? absl::StatusCode::kUnavailable : why.code(),
                        absl::StrCat(why.message(), "; gave up after ", absl::FormatDuration(options_.give_up_after),
                                     " in which no more of the upload came through"));
  }

  void SetCommitted(int64_t bytes) {
    if (bytes > upload_.committed_bytes()) {
      progressed_ = absl::Now();
      backoff_.Reset();
    }
    upload_.set_committed_bytes(bytes);
  }

  // One stream, from what is committed to the end. OK if the server ended it in peace, wherever that is. On a line
  // slower than its deadline takes for granted it ends before it is through, and another goes on.
  absl::Status Send() {
    grpc::ClientContext context;
    const int64_t size = request_.size_bytes();
    const absl::Duration sending = absl::Seconds((size - upload_.committed_bytes()) / kSlowestBytesPerSecond);
    context.set_deadline(absl::ToChronoTime(absl::Now() + timeout_ + sending));
    const std::stop_callback stop(options_.stop, Cancel{&context});
    v1::Upload answer;
    auto writer = stub_.WriteUpload(&context, &answer);
    absl::Status sent = SendFrom(upload_.committed_bytes(), *writer);
    if (!sent.ok()) context.TryCancel();
    const grpc::Status finished = writer->Finish();
    if (!sent.ok()) return sent;
    if (!finished.ok()) return FromGrpc(finished);
    SetCommitted(answer.committed_bytes());
    return absl::OkStatus();
  }

  // Returns OK as well when the server ended the stream early: its own status then says why.
  absl::Status SendFrom(int64_t offset, grpc::ClientWriter<v1::WriteUploadRequest>& writer) {
    if (absl::Status hashed = HashUpTo(offset); !hashed.ok()) return hashed;
    const int64_t size = request_.size_bytes();
    v1::WriteUploadRequest message;
    message.set_name(upload_.name());
    while (offset < size) {
      std::string& bytes = *message.mutable_data();
      absl::Status read = ReadAt(offset, std::min(kChunkBytes, size - offset), source_, bytes);
      if (!read.ok()) return read;
      if (bytes.empty()) return WrongSize(size, absl::StrCat("only ", offset));
      message.set_offset(offset);
      message.set_crc32c(Crc32c(bytes));
      Hash(offset, bytes);
      if (!writer.Write(message)) return absl::OkStatus();
      message.clear_name();
      offset += static_cast<int64_t>(bytes.size());
      if (options_.on_progress) options_.on_progress(offset, size);
    }
    writer.WritesDone();
    return absl::OkStatus();
  }

  // Reads what the server has from an earlier run, for the hash of it all.
  absl::Status HashUpTo(int64_t offset) {
    std::string bytes;
    while (hashed_ < offset) {
      if (options_.stop.stop_requested()) return absl::CancelledError("the upload was stopped");
      absl::Status read = ReadAt(hashed_, std::min(kChunkBytes, offset - hashed_), source_, bytes);
      if (!read.ok()) return read;
      if (bytes.empty()) return WrongSize(request_.size_bytes(), absl::StrCat("only ", hashed_));
      Hash(hashed_, bytes);
      progressed_ = absl::Now();
    }
    return absl::OkStatus();
  }

  // Each byte once, however often it is sent.
  void Hash(int64_t offset, absl::string_view bytes) {
    const int64_t known = std::min(hashed_ - offset, static_cast<int64_t>(bytes.size()));
    bytes.remove_prefix(known);
    sha256_.Add(bytes);
    hashed_ += static_cast<int64_t>(bytes.size());
  }

  absl::StatusOr<v1::Dataset> Commit() {
    if (absl::Status ends = CheckSourceEnds(request_.size_bytes(), source_); !ends.ok()) return ends;
    v1::CommitUploadRequest commit;
    commit.set_name(upload_.name());
    commit.set_sha256(Sha256(sha256_).Hex());
    // The server may have to read all of it.
    const absl::Duration reading = absl::Seconds(request_.size_bytes() / kSlowestBytesPerSecond);
    return Call(stub_, &Stub::CommitUpload, commit, timeout_ + reading);
  }

  Stub& stub_;
  const v1::CreateUploadRequest& request_;
  const ByteSource source_;
  const absl::Duration timeout_;
  const UploadOptions& options_;
  v1::Upload upload_;
  Sha256 sha256_;
  int64_t hashed_ = 0;
  absl::Time progressed_ = absl::Now();
  Backoff backoff_{options_.first_backoff, options_.last_backoff};
};

}  // namespace

absl::StatusOr<v1::Dataset> Client::UploadDataset(const v1::CreateUploadRequest& request, ByteSource source,
                                                  const UploadOptions& options) const {
  return Uploader(*datasets_, request, source, options_.timeout, options).Run();
}

absl::StatusOr<v1::Dataset> Client::CreateDatasetFrom(const v1::CreateUploadRequest& request, ByteSource source,
                                                      const UploadOptions& options) const {
  const int64_t size = request.size_bytes();
  if (size > kInlineBytes) return UploadDataset(request, source, options);
  if (size < 1) return absl::InvalidArgumentError(absl::StrCat("size_bytes: ", size, "; must be at least 1"));
  v1::CreateDatasetRequest whole;
  std::string& data = *whole.mutable_data();
  if (absl::Status read = ReadAt(0, size, source, data); !read.ok()) return read;
  if (static_cast<int64_t>(data.size()) < size) return WrongSize(size, absl::StrCat("only ", data.size()));
  if (absl::Status ends = CheckSourceEnds(size, source); !ends.ok()) return ends;
  whole.set_dataset_id(request.dataset_id());
  *whole.mutable_format() = request.format();
  whole.set_request_id(request.request_id());
  return CreateDataset(whole);
}

absl::StatusOr<v1::Dataset> Client::CreateDatasetFromFile(v1::CreateUploadRequest request, const std::string& path,
                                                          const UploadOptions& options) const {
  absl::StatusOr<std::unique_ptr<FileSource>> file = FileSource::Open(path);
  if (!file.ok()) return file.status();
  if ((*file)->size() == 0) return absl::InvalidArgumentError(absl::StrCat(path, " is empty"));
  request.set_size_bytes((*file)->size());
  return CreateDatasetFrom(
      request, [&](int64_t offset, absl::Span<char> span) { return (*file)->Read(offset, span); }, options);
}

}  // namespace traind::client
