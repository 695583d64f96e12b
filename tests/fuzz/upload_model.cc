#include "tests/fuzz/upload_model.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/core/crc32c.h"
#include "server/datasets/ingest.h"
#include "server/storage/blob_store.h"
#include "server/storage/database.h"
#include "server/storage/dataset_store.h"
#include "server/storage/disk_floor.h"
#include "server/storage/file_system.h"
#include "server/storage/sha256.h"
#include "server/storage/upload_store.h"

namespace traind {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

// What a server has, made once.
class Store {
 public:
  static Store& Get() {
    static Store& store = *new Store;
    return store;
  }

  // As when a server starts.
  void Start() {
    uploads_.reset();
    uploads_ = *Uploads::Open({.uploads = *rows_,
                               .datasets = *datasets_,
                               .blobs = *blobs_,
                               .files = PosixFileSystem(),
                               .floor = floor_,
                               .decode_format = [this](const std::string&) { return format; }},
                              {}, folder_ + "/uploads");
  }

  Uploads& uploads() { return *uploads_; }
  DatasetStore& datasets() { return *datasets_; }
  BlobStore& blobs() { return *blobs_; }
  std::string PathOf(const std::string& upload) const { return folder_ + "/uploads/" + upload; }

  DatasetFormat format;  // of the upload at hand

 private:
  Store() { Start(); }

  static std::string MakeFolder() {
    std::string folder = std::filesystem::temp_directory_path() / "traind_chunk_fuzzer_XXXXXX";
    Check(mkdtemp(folder.data()) != nullptr);
    return folder;
  }

  const std::string folder_ = MakeFolder();
  const DiskFloor floor_ = DiskFloor(PosixFileSystem(), folder_, 0);
  const std::unique_ptr<Database> database_ = *Database::Open(folder_ + "/traind.db");
  const std::unique_ptr<BlobStore> blobs_ = *BlobStore::Open(PosixFileSystem(), folder_ + "/blobs");
  const std::unique_ptr<DatasetStore> datasets_ = DatasetStore::Make(*database_, *blobs_);
  const std::unique_ptr<UploadStore> rows_ = UploadStore::Make(*database_);
  std::unique_ptr<Uploads> uploads_;
};

std::string ContentsOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

UploadModel::UploadModel(const DatasetFormat& format, int64_t size) : format_(format), size_(size) {
  Store::Get().format = format;
  UploadRecord upload;
  upload.dataset_id = "d";
  upload.size = size;
  auto created = Store::Get().uploads().Create(upload);
  Check(created.ok());
  id_ = created->id;
}

UploadModel::~UploadModel() {
  EndStream();
  if (!is_dataset_) CheckFile();
  Check(is_dataset_ ? Store::Get().datasets().Delete("d").ok() : Store::Get().uploads().Delete(id_).ok());
  Check(!std::filesystem::exists(Store::Get().PathOf(id_)));
}

void UploadModel::Append(int64_t offset, std::string_view bytes, std::optional<uint32_t> crc32c) {
  if (lease_ == nullptr) {
    auto lease = Store::Get().uploads().Lease(id_);
    Check(lease.ok());
    lease_ = *std::move(lease);
  }
  const absl::Status status = lease_->Append(offset, bytes, crc32c);
  if (bytes.empty() || bytes.size() > static_cast<size_t>(kMaxChunkBytes)) {
    Check(absl::IsInvalidArgument(status));
  } else if (offset > size_) {
    Check(absl::IsOutOfRange(status));
  } else if (offset != received()) {
    Check(absl::IsAborted(status));
  } else if (static_cast<int64_t>(bytes.size()) > size_ - received()) {
    Check(absl::IsOutOfRange(status));
  } else if (crc32c && *crc32c != engine::Crc32c(bytes)) {
    Check(absl::IsInvalidArgument(status));
  } else if (status.ok()) {
    received_ += bytes;
  } else {
    // Of tensors there may be too many faults to read on.
    Check(std::holds_alternative<TensorFormat>(format_.encoding) && absl::IsInvalidArgument(status));
  }
  if (!status.ok()) EndStream();
}

void UploadModel::EndStream() {
  if (lease_ == nullptr) return;
  Check(lease_->Sync().ok());
  Check(lease_->record().committed == received());
  lease_.reset();
}

void UploadModel::Kill() {
  lease_.reset();
  Store::Get().Start();
  const auto record = Store::Get().uploads().Get(id_);
  Check(record.ok() && record->committed <= received());
  received_.resize(static_cast<size_t>(record->committed));
}

void UploadModel::CheckFile() const {
  const auto record = Store::Get().uploads().Get(id_);
  Check(record.ok() && record->committed == received() && received() <= size_);
  // What was not safe is cut off when the upload goes on.
  if (received() > 0) Check(ContentsOf(Store::Get().PathOf(id_)).starts_with(received_));
}

void UploadModel::CommitOther() {
  EndStream();
  Check(!Store::Get().uploads().Commit(id_, Sha256Hex(received_ + "?"), 0).ok());
  CheckFile();
}

void UploadModel::Commit() {
  EndStream();
  const auto dataset = Store::Get().uploads().Commit(id_, Sha256Hex(received_), 0);
  is_dataset_ = dataset.ok();
  if (is_dataset_) {
    CheckDataset(*dataset);
  } else {
    Check(received() < size_ ? absl::IsFailedPrecondition(dataset.status())
                             : absl::IsInvalidArgument(dataset.status()));
    CheckFile();
  }
}

void UploadModel::CheckDataset(const DatasetRecord& dataset) const {
  Check(received() == size_ && dataset.upload_sha256 == Sha256Hex(received_));
  BlobStore& blobs = Store::Get().blobs();
  if (std::holds_alternative<TensorFormat>(format_.encoding)) {
    const auto blob = blobs.Map(BlobsOf(dataset).at(0));
    Check(blob.ok() && (*blob)->bytes() == received_);
    return;
  }
  auto ingest = DatasetIngest::Begin(format_, blobs);
  Check(ingest.ok() && (*ingest)->Append(received_).ok());
  const auto whole = (*ingest)->Finish();
  Check(whole.ok() && whole->record.sha256 == dataset.sha256);
}

}  // namespace traind
