// The real file system, until the n-th durable operation.
#ifndef TRAIND_TESTS_SERVER_STORAGE_FAULTY_FILE_SYSTEM_H_
#define TRAIND_TESTS_SERVER_STORAGE_FAULTY_FILE_SYSTEM_H_

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/storage/file_system.h"

namespace traind {

// Counts MakeDirectory, Create, OpenToAppend, Link, Append, Sync, Close, Rename and SyncDirectory, and fails the one
// that FailAt names, as a full disk does.
class FaultyFileSystem final : public FileSystem {
 public:
  // 1: the next operation fails. 0: none does. Counting starts anew.
  void FailAt(int operation) {
    fail_at_ = operation;
    count_ = 0;
  }
  // What FreeBytes answers; below 0: the truth.
  void SetFreeBytes(int64_t free_bytes) { free_bytes_ = free_bytes; }
  // Whether the failure asked for has happened.
  bool failed() const { return fail_at_ > 0 && count_ >= fail_at_; }

  absl::Status MakeDirectory(const std::string& path) override {
    if (absl::Status status = Next("make directory"); !status.ok()) return status;
    return real_.MakeDirectory(path);
  }
  absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path) override {
    if (absl::Status status = Next("create"); !status.ok()) return status;
    absl::StatusOr<std::unique_ptr<WritableFile>> file = real_.Create(path);
    if (!file.ok()) return file.status();
    return std::make_unique<FaultyFile>(*this, *std::move(file));
  }
  absl::StatusOr<std::unique_ptr<WritableFile>> OpenToAppend(const std::string& path, int64_t size) override {
    if (absl::Status status = Next("open"); !status.ok()) return status;
    absl::StatusOr<std::unique_ptr<WritableFile>> file = real_.OpenToAppend(path, size);
    if (!file.ok()) return file.status();
    return std::make_unique<FaultyFile>(*this, *std::move(file));
  }
  absl::Status Link(const std::string& from, const std::string& to) override {
    if (absl::Status status = Next("link"); !status.ok()) return status;
    return real_.Link(from, to);
  }
  absl::Status Rename(const std::string& from, const std::string& to) override {
    if (absl::Status status = Next("rename"); !status.ok()) return status;
    return real_.Rename(from, to);
  }
  absl::Status SyncDirectory(const std::string& path) override {
    if (absl::Status status = Next("sync directory"); !status.ok()) return status;
    return real_.SyncDirectory(path);
  }
  absl::Status Remove(const std::string& path) override { return real_.Remove(path); }
  absl::StatusOr<std::unique_ptr<MappedFile>> Map(const std::string& path) override { return real_.Map(path); }
  absl::StatusOr<int64_t> Size(const std::string& path) override { return real_.Size(path); }
  absl::StatusOr<int64_t> FreeBytes(const std::string& path) override {
    return free_bytes_ < 0 ? real_.FreeBytes(path) : absl::StatusOr<int64_t>(free_bytes_);
  }
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override { return real_.List(path); }

 private:
  class FaultyFile final : public WritableFile {
   public:
    FaultyFile(FaultyFileSystem& files, std::unique_ptr<WritableFile> real) : files_(files), real_(std::move(real)) {}
    absl::Status Append(std::string_view bytes) override {
      if (absl::Status status = files_.Next("append"); !status.ok()) return status;
      return real_->Append(bytes);
    }
    absl::Status Sync() override {
      if (absl::Status status = files_.Next("sync"); !status.ok()) return status;
      return real_->Sync();
    }
    absl::Status Close() override {
      if (absl::Status status = files_.Next("close"); !status.ok()) return status;
      return real_->Close();
    }

   private:
    FaultyFileSystem& files_;
    const std::unique_ptr<WritableFile> real_;
  };

  absl::Status Next(const char* what) {
    if (++count_ != fail_at_) return absl::OkStatus();
    return absl::ResourceExhaustedError(std::string("cannot ") + what + ": No space left on device");
  }

  FileSystem& real_ = PosixFileSystem();
  std::atomic<int> fail_at_ = 0;
  std::atomic<int> count_ = 0;
  std::atomic<int64_t> free_bytes_ = -1;
};

}  // namespace traind

#endif  // TRAIND_TESTS_SERVER_STORAGE_FAULTY_FILE_SYSTEM_H_
