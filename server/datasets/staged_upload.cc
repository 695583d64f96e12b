#include "server/datasets/staged_upload.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"

namespace traind {

StagedUpload::StagedUpload(std::string path, const DatasetFormat& format) : path_(std::move(path)) {
  if (const auto* tensors = std::get_if<TensorFormat>(&format.encoding)) {
    tensors_ = std::make_unique<TensorReader>(*tensors, format.task);
  }
}

absl::StatusOr<std::unique_ptr<StagedUpload>> StagedUpload::Open(FileSystem& files, std::string path,
                                                                 const DatasetFormat& format, int64_t received) {
  std::unique_ptr<StagedUpload> upload(new StagedUpload(std::move(path), format));
  if (received == 0) {
    if (absl::Status status = files.Remove(upload->path_); !status.ok()) return status;
    absl::StatusOr<std::unique_ptr<WritableFile>> file = files.Create(upload->path_);
    if (!file.ok()) return file.status();
    upload->file_ = *std::move(file);
    // Before anything in it is called safe.
    absl::Status synced = files.SyncDirectory(std::filesystem::path(upload->path_).parent_path().string());
    if (!synced.ok()) return synced;
    return upload;
  }
  {
    absl::StatusOr<std::unique_ptr<MappedFile>> mapped = files.Map(upload->path_);
    if (!mapped.ok() && !absl::IsNotFound(mapped.status())) return mapped.status();
    const std::string_view bytes = mapped.ok() ? (*mapped)->bytes() : std::string_view();
    if (static_cast<int64_t>(bytes.size()) < received) {
      return absl::DataLossError(absl::StrCat(upload->path_, " has ", bytes.size(), " of the ", received,
                                              " bytes that were safe: delete the upload and begin another"));
    }
    // What they say of the data is told when they are committed.
    upload->Read(bytes.substr(0, received)).IgnoreError();
  }
  absl::StatusOr<std::unique_ptr<WritableFile>> file = files.OpenToAppend(upload->path_, received);
  if (!file.ok()) return file.status();
  upload->file_ = *std::move(file);
  upload->received_ = upload->synced_ = received;
  return upload;
}

absl::Status StagedUpload::Read(std::string_view bytes) {
  if (tensors_ != nullptr) return tensors_->Feed(bytes);
  hash_.Update(bytes);
  return absl::OkStatus();
}

absl::Status StagedUpload::Append(std::string_view bytes) {
  if (absl::Status status = Read(bytes); !status.ok()) return status;
  if (absl::Status status = file_->Append(bytes); !status.ok()) return status;
  received_ += static_cast<int64_t>(bytes.size());
  return absl::OkStatus();
}

absl::Status StagedUpload::Sync() {
  if (synced_ == received_) return absl::OkStatus();
  if (absl::Status status = file_->Sync(); !status.ok()) return status;
  synced_ = received_;
  return absl::OkStatus();
}

std::string StagedUpload::InputSha256() const {
  return tensors_ != nullptr ? tensors_->InputSha256() : Sha256(hash_).Finish();
}

}  // namespace traind
