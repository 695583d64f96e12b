#include "server/storage/blob_store.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"

namespace traind {
namespace {

constexpr size_t kBufferBytes = 256 * 1024;
constexpr size_t kHashedAtOnce = 4 << 20;

absl::StatusOr<std::string> HashUnlessStopped(std::string_view bytes, const std::stop_token& stop) {
  Sha256 hash;
  while (!bytes.empty()) {
    if (stop.stop_requested()) return absl::CancelledError("stopped while a blob was checked");
    const std::string_view piece = bytes.substr(0, kHashedAtOnce);
    hash.Update(piece);
    bytes.remove_prefix(piece.size());
  }
  return hash.Finish();
}

}  // namespace

BlobWriter::BlobWriter(BlobStore& store, std::string path, std::unique_ptr<WritableFile> file, const DiskFloor* floor)
    : store_(store), path_(std::move(path)), file_(std::move(file)), floor_(floor) {}

BlobWriter::~BlobWriter() {
  file_.reset();
  if (committed_) {
    store_.EndHold(info_.sha256, /*committed=*/true);
  } else {
    // What cannot be removed now is removed when the store is next opened.
    store_.files_.Remove(path_).IgnoreError();
  }
}

absl::Status BlobWriter::Write(std::string_view bytes) {
  if (floor_ != nullptr) {
    if (absl::Status fits = floor_->Check(static_cast<int64_t>(bytes.size())); !fits.ok()) return fits;
  }
  hash_.Update(bytes);
  return file_->Append(bytes);
}

absl::Status BlobWriter::Flush() {
  absl::Status status = Write(buffer_);
  buffer_.clear();
  return status;
}

absl::Status BlobWriter::Append(std::string_view bytes) {
  if (!status_.ok()) return status_;
  if (!info_.sha256.empty()) return absl::FailedPreconditionError("the blob is sealed already");
  info_.size += static_cast<int64_t>(bytes.size());
  while (status_.ok() && !bytes.empty()) {
    std::string_view piece;
    if (buffer_.empty() && bytes.size() >= kBufferBytes) {
      piece = bytes.substr(0, bytes.size() / kBufferBytes * kBufferBytes);
      status_ = Write(piece);
    } else {
      piece = bytes.substr(0, kBufferBytes - buffer_.size());
      buffer_.append(piece);
      if (buffer_.size() == kBufferBytes) status_ = Flush();
    }
    bytes.remove_prefix(piece.size());
  }
  return status_;
}

absl::StatusOr<std::string> BlobWriter::Seal() {
  if (!status_.ok()) return status_;
  if (!info_.sha256.empty()) return info_.sha256;
  if (status_ = Flush(); !status_.ok()) return status_;
  info_.sha256 = hash_.Finish();
  return info_.sha256;
}

absl::StatusOr<std::unique_ptr<MappedFile>> BlobWriter::Reread() {
  if (absl::Status status = Seal().status(); !status.ok()) return status;
  return store_.files_.Map(path_);
}

absl::StatusOr<BlobInfo> BlobWriter::Commit() {
  if (absl::Status status = Seal().status(); !status.ok()) return status;
  if (file_ != nullptr) {
    status_ = file_->Sync();
    if (status_.ok()) status_ = file_->Close();
    if (!status_.ok()) return status_;
  }
  status_ = store_.Adopt(path_, info_.sha256);
  if (!status_.ok()) return status_;
  // A file that is renamed to a name which it has already keeps both.
  if (file_ == nullptr) store_.files_.Remove(path_).IgnoreError();
  committed_ = true;
  status_ = absl::FailedPreconditionError("the blob is committed already");
  return info_;
}

absl::StatusOr<std::unique_ptr<BlobStore>> BlobStore::Open(FileSystem& files, std::string directory,
                                                           const DiskFloor* floor) {
  const std::string incoming = absl::StrCat(directory, "/incoming");
  if (absl::Status status = MakeDurableDirectory(files, directory); !status.ok()) return status;
  if (absl::Status status = MakeDurableDirectory(files, incoming); !status.ok()) return status;
  absl::StatusOr<std::vector<std::string>> left = files.List(incoming);
  if (!left.ok()) return left.status();
  for (const std::string& name : *left) {
    if (absl::Status status = files.Remove(absl::StrCat(incoming, "/", name)); !status.ok()) return status;
  }
  return absl::WrapUnique(new BlobStore(files, std::move(directory), floor));
}

std::string BlobStore::Path(const std::string& sha256) const {
  return absl::StrCat(directory_, "/", sha256.substr(0, 2), "/", sha256);
}

std::string BlobStore::NextIncoming() {
  absl::MutexLock lock(&mutex_);
  return absl::StrCat(directory_, "/incoming/", next_incoming_++);
}

absl::StatusOr<std::unique_ptr<BlobWriter>> BlobStore::Create() { return CreateAbove(floor_); }

absl::StatusOr<std::unique_ptr<BlobWriter>> BlobStore::CreateBelowFloor() { return CreateAbove(nullptr); }

absl::StatusOr<std::unique_ptr<BlobWriter>> BlobStore::CreateAbove(const DiskFloor* floor) {
  std::string path = NextIncoming();
  absl::StatusOr<std::unique_ptr<WritableFile>> file = files_.Create(path);
  if (!file.ok()) return file.status();
  return absl::WrapUnique(new BlobWriter(*this, std::move(path), *std::move(file), floor));
}

absl::StatusOr<std::unique_ptr<BlobWriter>> BlobStore::Link(const std::string& path, const BlobInfo& blob) {
  std::string incoming = NextIncoming();
  if (absl::Status status = files_.Link(path, incoming); !status.ok()) return status;
  auto writer = absl::WrapUnique(new BlobWriter(*this, std::move(incoming), nullptr, nullptr));
  writer->info_ = blob;
  return writer;
}

absl::Status BlobStore::Adopt(const std::string& incoming, const std::string& sha256) {
  const std::string shard = absl::StrCat(directory_, "/", sha256.substr(0, 2));
  if (absl::Status status = EnsureShard(shard); !status.ok()) return status;
  TakeHold(sha256);
  // Replaces a blob of that name if there is one: the bytes are the same, unless the disk has corrupted the old ones.
  absl::Status status = files_.Rename(incoming, Path(sha256));
  if (status.ok()) status = files_.SyncDirectory(shard);
  if (!status.ok()) EndHold(sha256, /*committed=*/false);
  return status;
}

absl::Status BlobStore::EnsureShard(const std::string& shard) {
  {
    absl::MutexLock lock(&mutex_);
    if (shards_.contains(shard)) return absl::OkStatus();
  }
  if (absl::Status status = MakeDurableDirectory(files_, shard); !status.ok()) return status;
  absl::MutexLock lock(&mutex_);
  shards_.insert(shard);
  return absl::OkStatus();
}

void BlobStore::TakeHold(const std::string& sha256) {
  absl::MutexLock lock(&mutex_);
  auto [entry, inserted] = holds_.try_emplace(sha256);
  if (inserted) entry->second.fresh = absl::IsNotFound(files_.Size(Path(sha256)).status());
  if (!entry->second.fresh) ++duplicates_;
  ++entry->second.writers;
}

void BlobStore::EndHold(const std::string& sha256, bool committed) {
  absl::MutexLock lock(&mutex_);
  auto entry = holds_.find(sha256);
  if (committed) entry->second.fresh = false;
  if (--entry->second.writers > 0) return;
  if (entry->second.fresh) files_.Remove(Path(sha256)).IgnoreError();
  holds_.erase(entry);
}

absl::StatusOr<std::unique_ptr<MappedFile>> BlobStore::Map(const BlobInfo& blob, const std::stop_token& stop) {
  absl::StatusOr<std::unique_ptr<MappedFile>> file = files_.Map(Path(blob.sha256));
  if (!file.ok()) return file.status();
  const std::string_view bytes = (*file)->bytes();
  if (static_cast<int64_t>(bytes.size()) != blob.size) {
    return absl::DataLossError(absl::StrCat(Path(blob.sha256), " has ", bytes.size(), " bytes instead of ", blob.size,
                                            ": restore it from a backup, or delete what uses it"));
  }
  {
    absl::MutexLock lock(&mutex_);
    if (verified_.contains(blob.sha256)) return file;
  }
  const absl::StatusOr<std::string> sha256 = HashUnlessStopped(bytes, stop);
  if (!sha256.ok()) return sha256.status();
  if (*sha256 != blob.sha256) {
    return absl::DataLossError(absl::StrCat(Path(blob.sha256), " is corrupt, its SHA-256 is not its name: ",
                                            "restore it from a backup, or delete what uses it"));
  }
  absl::MutexLock lock(&mutex_);
  verified_.insert(blob.sha256);
  return file;
}

absl::StatusOr<std::vector<std::string>> BlobStore::List() {
  absl::StatusOr<std::vector<std::string>> shards = files_.List(directory_);
  if (!shards.ok()) return shards.status();
  std::vector<std::string> all;
  for (const std::string& shard : *shards) {
    if (shard.size() != 2) continue;
    absl::StatusOr<std::vector<std::string>> names = files_.List(absl::StrCat(directory_, "/", shard));
    if (!names.ok()) return names.status();
    all.insert(all.end(), names->begin(), names->end());
  }
  return all;
}

absl::Status BlobStore::Remove(const std::string& sha256, const std::function<absl::StatusOr<bool>()>& in_use) {
  absl::MutexLock lock(&mutex_);
  if (holds_.contains(sha256)) return absl::OkStatus();
  absl::StatusOr<bool> used = in_use();
  if (!used.ok()) return used.status();
  if (*used) return absl::OkStatus();
  verified_.erase(sha256);
  // Not synced: a blob that comes back after a power cut is garbage, not damage.
  return files_.Remove(Path(sha256));
}

}  // namespace traind
