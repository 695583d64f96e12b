// The real file system, until the n-th durable operation.
#ifndef TRAIND_TESTS_SERVER_STORAGE_FAULTY_FILE_SYSTEM_H_
#define TRAIND_TESTS_SERVER_STORAGE_FAULTY_FILE_SYSTEM_H_

#include <atomic>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "server/storage/file_system.h"

namespace traind {

// Counts MakeDirectory, Create, OpenToAppend, Link, Append, Sync, Close, Rename and SyncDirectory, and fails the one
// that FailAt names, or all from the one that FailFrom names. An Append that fails has written the half.
class FaultyFileSystem final : public FileSystem {
 public:
  static absl::Status DiskFull() { return absl::ResourceExhaustedError("No space left on device"); }
  static absl::Status IoError() { return absl::UnavailableError("Input/output error"); }

  // 1: the next operation fails. 0: none does. Counting starts anew.
  void FailAt(int operation, absl::Status error = DiskFull()) { Fail(operation, operation, std::move(error)); }
  // The same for all that follow, until FailAt(0).
  void FailFrom(int operation, absl::Status error = DiskFull()) {
    Fail(operation, std::numeric_limits<int>::max(), std::move(error));
  }
  // Of the calls of Map that follow, counted by themselves, those from `first` to `last` fail.
  void FailMaps(int first, int last, absl::Status error = IoError()) {
    absl::MutexLock lock(&mutex_);
    error_ = std::move(error);
    first_map_ = first;
    last_map_ = last;
    maps_ = 0;
  }
  // What FreeBytes answers; below 0: the truth.
  void SetFreeBytes(int64_t free_bytes) { free_bytes_ = free_bytes; }
  // Whether the failure asked for has happened.
  bool failed() const { return failures() > 0; }
  // How many operations have failed since.
  int failures() const {
    absl::MutexLock lock(&mutex_);
    return failures_;
  }

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
  absl::StatusOr<std::unique_ptr<MappedFile>> Map(const std::string& path) override {
    {
      absl::MutexLock lock(&mutex_);
      ++maps_;
      if (first_map_ <= maps_ && maps_ <= last_map_) return Failure("map");
    }
    return real_.Map(path);
  }
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
      if (absl::Status status = files_.Next("append"); !status.ok()) {
        real_->Append(bytes.substr(0, bytes.size() / 2)).IgnoreError();
        return status;
      }
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

  void Fail(int first, int last, absl::Status error) {
    absl::MutexLock lock(&mutex_);
    first_ = first;
    last_ = last;
    error_ = std::move(error);
    count_ = 0;
    failures_ = 0;
  }

  absl::Status Failure(const char* what) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ++failures_;
    return absl::Status(error_.code(), absl::StrCat("cannot ", what, ": ", error_.message()));
  }

  absl::Status Next(const char* what) {
    absl::MutexLock lock(&mutex_);
    ++count_;
    return first_ > 0 && count_ >= first_ && count_ <= last_ ? Failure(what) : absl::OkStatus();
  }

  FileSystem& real_ = PosixFileSystem();
  mutable absl::Mutex mutex_;
  int first_ ABSL_GUARDED_BY(mutex_) = 0;
  int last_ ABSL_GUARDED_BY(mutex_) = 0;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
  int failures_ ABSL_GUARDED_BY(mutex_) = 0;
  int first_map_ ABSL_GUARDED_BY(mutex_) = 0;
  int last_map_ ABSL_GUARDED_BY(mutex_) = 0;
  int maps_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
  std::atomic<int64_t> free_bytes_ = -1;
};

}  // namespace traind

#endif  // TRAIND_TESTS_SERVER_STORAGE_FAULTY_FILE_SYSTEM_H_
