#include "server/datasets/uploads.h"

#include <openssl/rand.h>

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "engine/core/crc32c.h"
#include "server/datasets/ingest.h"
#include "server/errors/errors.h"

namespace traind {
namespace {

// So much may be lost when the server dies, if it takes at least a second to come.
constexpr int64_t kSyncBytes = 64 << 20;
constexpr absl::Duration kSyncPeriod = absl::Seconds(1);
// Each has an open file. What is not kept is read once more when its upload goes on.
constexpr int kMaxIdle = 64;

std::string NewId() {
  std::string bytes(16, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return absl::StrCat("u", absl::BytesToHexString(bytes));
}

absl::Status Busy(const std::string& id) {
  return WithRetryDelay(
      WithReason(absl::AbortedError(absl::StrCat("another call is at work on uploads/", id, "; try again")),
                 "UPLOAD_BUSY"),
      absl::Seconds(1));
}

absl::Status WrongOffset(int64_t offset, int64_t expected) {
  const std::string text = absl::StrCat(expected);
  return WithReason(absl::AbortedError(absl::StrCat("offset: ", offset, "; the bytes received end at ", text)),
                    "OFFSET_MISMATCH", {{"expected_offset", text}});
}

absl::Status WrongChecksum(uint32_t said, uint32_t actual, int64_t offset) {
  return WithReason(InvalidFields({{"crc32c", absl::StrFormat("0x%08x; the bytes of the chunk at offset %d have "
                                                              "0x%08x: send them again",
                                                              said, offset, actual)}}),
                    "CHECKSUM_MISMATCH", {{"expected_offset", absl::StrCat(offset)}});
}

}  // namespace

UploadLease::~UploadLease() { uploads_.EndLease(record_.id, std::move(staged_)); }

absl::Status UploadLease::Append(int64_t offset, std::string_view bytes, std::optional<uint32_t> crc32c) {
  const auto size = static_cast<int64_t>(bytes.size());
  if (size < 1 || size > kMaxChunkBytes) {
    return InvalidFields({{"data", absl::StrCat(size, " bytes; must be 1 to ", kMaxChunkBytes)}});
  }
  if (staged_ == nullptr) {
    if (absl::Status status = uploads_.OpenStaged(*this); !status.ok()) return status;
  }
  if (offset > record_.size) {
    return absl::OutOfRangeError(absl::StrCat("offset: ", offset, " is past the size_bytes of ", record_.size));
  }
  if (offset != staged_->received()) return WrongOffset(offset, staged_->received());
  if (size > record_.size - offset) {
    return absl::OutOfRangeError(
        absl::StrCat("data: ends at ", offset + size, ", past the size_bytes of ", record_.size));
  }
  if (crc32c) {
    const uint32_t actual = engine::Crc32c(bytes);
    if (actual != *crc32c) return WrongChecksum(*crc32c, actual, offset);
  }
  // What was announced fitted, but others fill the disk too.
  if (absl::Status fits = uploads_.parts_.floor.Check(size); !fits.ok()) return fits;
  absl::Status appended = staged_->Append(bytes);
  if (!appended.ok()) {
    // The file may hold a part of them, the reader too; what came before is saved if that is possible.
    Sync().IgnoreError();
    staged_.reset();
    return appended;
  }
  const bool is_due = staged_->received() - staged_->synced() >= kSyncBytes && absl::Now() - synced_at_ >= kSyncPeriod;
  return is_due ? Sync() : absl::OkStatus();
}

absl::Status UploadLease::Sync() {
  if (staged_ == nullptr || staged_->received() == record_.committed) return absl::OkStatus();
  synced_at_ = absl::Now();
  absl::Status status = staged_->Sync();
  if (status.ok()) {
    const absl::Time expire_time = synced_at_ + uploads_.options_.ttl;
    status = uploads_.parts_.uploads.SetCommitted(record_.id, staged_->received(), expire_time);
    if (status.ok()) {
      record_.committed = staged_->received();
      record_.expire_time = expire_time;
      return status;
    }
  }
  staged_.reset();
  return status;
}

absl::StatusOr<std::unique_ptr<Uploads>> Uploads::Open(UploadParts parts, UploadOptions options,
                                                       std::string directory) {
  if (absl::Status status = MakeDurableDirectory(parts.files, directory); !status.ok()) return status;
  return std::unique_ptr<Uploads>(new Uploads(std::move(parts), options, std::move(directory)));
}

absl::StatusOr<UploadRecord> Uploads::Create(UploadRecord upload) {
  if (upload.size < 1 || upload.size > options_.max_bytes) {
    return InvalidFields({{"size_bytes", absl::StrCat(upload.size, "; must be 1 to ", options_.max_bytes)}});
  }
  absl::StatusOr<std::optional<DatasetRecord>> done = parts_.datasets.FindRequest(upload.request);
  if (!done.ok()) return done.status();
  upload.create_time = absl::Now();
  upload.expire_time = upload.create_time + options_.ttl;
  if (done->has_value()) {
    upload.id = (*done)->upload_id;
    upload.committed = upload.size;
    return upload;
  }
  if (parts_.datasets.Get(upload.dataset_id).ok()) {
    return WithReason(
        absl::AlreadyExistsError(absl::StrCat("datasets/", upload.dataset_id, " exists; choose another name")),
        "NAME_TAKEN");
  }
  upload.id = NewId();
  return parts_.uploads.Insert(upload, parts_.floor);
}

absl::StatusOr<UploadRecord> Uploads::Get(const std::string& id, const TenantScope& scope) {
  return parts_.uploads.Get(id, scope);
}

absl::StatusOr<std::unique_ptr<UploadLease>> Uploads::Lease(const std::string& id, const TenantScope& scope) {
  // Before it can be busy: that would tell that it is there.
  if (absl::StatusOr<UploadRecord> seen = parts_.uploads.Get(id, scope); !seen.ok()) return seen.status();
  std::unique_ptr<StagedUpload> staged;
  {
    absl::MutexLock lock(&mutex_);
    auto [entry, inserted] = entries_.try_emplace(id);
    if (entry->second.leased) return Busy(id);
    entry->second.leased = true;
    if (!inserted) --idle_;
    staged = std::move(entry->second.staged);
  }
  UploadRecord unread;
  unread.id = id;
  std::unique_ptr<UploadLease> lease(new UploadLease(*this, std::move(unread), std::move(staged)));
  absl::StatusOr<UploadRecord> record = parts_.uploads.Get(id);
  if (!record.ok()) return record.status();
  lease->record_ = *std::move(record);
  return lease;
}

void Uploads::EndLease(const std::string& id, std::unique_ptr<StagedUpload> staged) {
  absl::MutexLock lock(&mutex_);
  auto entry = entries_.find(id);
  if (staged == nullptr || staged->synced() < staged->received() || idle_ >= kMaxIdle) {
    entries_.erase(entry);
    return;
  }
  entry->second.leased = false;
  entry->second.staged = std::move(staged);
  ++idle_;
}

absl::Status Uploads::OpenStaged(UploadLease& lease) {
  absl::StatusOr<DatasetFormat> format = parts_.decode_format(lease.record_.format_json);
  if (!format.ok()) return format.status();
  absl::StatusOr<std::unique_ptr<StagedUpload>> staged =
      StagedUpload::Open(parts_.files, Path(lease.record_.id), *format, lease.record_.committed);
  if (!staged.ok()) return staged.status();
  lease.staged_ = *std::move(staged);
  lease.synced_at_ = absl::Now();
  return absl::OkStatus();
}

absl::StatusOr<DatasetRecord> Uploads::Commit(const std::string& id, const std::string& sha256, int64_t rows,
                                              const TenantScope& scope) {
  absl::StatusOr<std::unique_ptr<UploadLease>> leased = Lease(id, scope);
  // Who asks again may not have heard the answer.
  absl::StatusOr<std::optional<DatasetRecord>> done = parts_.datasets.FindUpload(id);
  if (!done.ok()) return done.status();
  const std::string wanted = absl::AsciiStrToLower(sha256);
  const auto check = [&](const std::string& actual) {
    return wanted == actual ? absl::OkStatus()
                            : InvalidFields({{"sha256", absl::StrCat("the bytes received have ", actual,
                                                                     "; delete the upload and send them again")}});
  };
  if (done->has_value() && scope.Covers((*done)->tenant)) {
    if (absl::Status same = check((*done)->upload_sha256); !same.ok()) return same;
    return **std::move(done);
  }
  if (!leased.ok()) return leased.status();
  UploadLease& lease = **leased;
  if (lease.staged_ == nullptr && lease.record_.committed == lease.record_.size) {
    if (absl::Status status = OpenStaged(lease); !status.ok()) return status;
  }
  const int64_t received = lease.staged_ == nullptr ? lease.record_.committed : lease.staged_->received();
  if (received < lease.record_.size) {
    return WithReason(absl::FailedPreconditionError(absl::StrCat(received, " of the ", lease.record_.size,
                                                                 " bytes announced have come; send the rest first")),
                      "UPLOAD_INCOMPLETE", {{"expected_offset", absl::StrCat(received)}});
  }
  if (absl::Status status = lease.Sync(); !status.ok()) return status;
  if (absl::Status same = check(lease.staged_->InputSha256()); !same.ok()) return same;
  absl::StatusOr<DatasetRecord> dataset = Publish(lease, rows);
  // The reader of what was no such data has said all it knew.
  if (!dataset.ok()) lease.staged_.reset();
  if (dataset.ok()) {
    // Its row went as that of the dataset came. A file of no row is found by the sweep.
    lease.staged_.reset();
    parts_.files.Remove(Path(id)).IgnoreError();
  }
  return dataset;
}

absl::StatusOr<DatasetRecord> Uploads::Publish(UploadLease& lease, int64_t rows) {
  absl::StatusOr<IngestedDataset> dataset;
  if (TensorReader* tensors = lease.staged_->tensors(); tensors != nullptr) {
    dataset = IngestTensors(*tensors, lease.staged_->path(), parts_.blobs);
  } else {
    absl::StatusOr<DatasetFormat> format = parts_.decode_format(lease.record_.format_json);
    if (!format.ok()) return format.status();
    absl::StatusOr<std::unique_ptr<MappedFile>> file = parts_.files.Map(lease.staged_->path());
    if (!file.ok()) return file.status();
    absl::StatusOr<std::unique_ptr<DatasetIngest>> ingest = DatasetIngest::Begin(*format, parts_.blobs);
    if (!ingest.ok()) return ingest.status();
    if (absl::Status read = (*ingest)->Append((*file)->bytes()); !read.ok()) return read;
    dataset = (*ingest)->Finish();
  }
  if (!dataset.ok()) return dataset.status();
  DatasetRecord& record = dataset->record;
  if (rows != 0 && rows != record.rows) {
    return InvalidFields({{"row_count", absl::StrCat(rows, "; the data has ", record.rows, " rows")}});
  }
  record.id = lease.record_.dataset_id;
  record.upload_id = lease.record_.id;
  record.upload_sha256 = lease.staged_->InputSha256();
  record.request = lease.record_.request;
  record.tenant = lease.record_.tenant;
  record.create_time = absl::Now();
  return parts_.datasets.Publish(std::move(record), std::move(dataset->writers));
}

absl::Status Uploads::Remove(UploadLease& lease) {
  lease.staged_.reset();
  if (absl::Status status = parts_.uploads.Delete(lease.record_.id); !status.ok()) return status;
  return parts_.files.Remove(Path(lease.record_.id));
}

absl::Status Uploads::Delete(const std::string& id, const TenantScope& scope) {
  absl::StatusOr<std::unique_ptr<UploadLease>> lease = Lease(id, scope);
  if (!lease.ok()) return lease.status();
  return Remove(**lease);
}

absl::Status Uploads::Sweep(absl::Time now) {
  // Listed before anything is looked up: a file that comes later is no concern of this sweep.
  absl::StatusOr<std::vector<std::string>> names = parts_.files.List(directory_);
  if (!names.ok()) return names.status();
  absl::StatusOr<std::vector<std::string>> expired = parts_.uploads.ListExpired(now);
  if (!expired.ok()) return expired.status();
  absl::Status status;
  for (const std::string& id : *expired) {
    absl::StatusOr<std::unique_ptr<UploadLease>> lease = Lease(id);
    if (lease.ok() && (*lease)->record_.expire_time <= now) status.Update(Remove(**lease));
  }
  for (const std::string& name : *names) {
    if (absl::IsNotFound(parts_.uploads.Get(name).status())) status.Update(parts_.files.Remove(Path(name)));
  }
  return status;
}

}  // namespace traind
