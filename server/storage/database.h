// The one SQL database of a server: one writer, many readers, every acknowledged write on disk.
//
// Writes of all threads are run by one writer thread, which commits whatever has gathered while it was busy in one
// transaction (group commit): a write costs a share of an fsync, not one of its own.
#ifndef TRAIND_SERVER_STORAGE_DATABASE_H_
#define TRAIND_SERVER_STORAGE_DATABASE_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace soci {
class connection_pool;
class session;
}  // namespace soci

namespace traind {

// Thread-safe. Failures of SQL come back as Unavailable (busy, I/O error), ResourceExhausted (disk full) or DataLoss
// (corrupt file), never as exceptions.
class Database final {
 public:
  // Runs inside a transaction, on the writer thread: short, and no waiting for anything. What it changed is undone if
  // it returns an error or throws. What it hands out by reference counts only once the write is OK.
  using WriteFunction = std::function<absl::Status(soci::session&)>;
  // Runs against a consistent snapshot, on the caller's thread.
  using ReadFunction = std::function<absl::Status(soci::session&)>;

  // Opens or creates the SQLite file and brings its tables up to date. FailedPrecondition if a newer traind made it.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path);
  ~Database();  // finishes the writes that were accepted
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Returns when the change is on disk, or was not made. One write's failure undoes only that write, unless the disk
  // fails: then the writes that share its transaction fail too. Must not be called on the writer thread.
  absl::Status Write(WriteFunction write);
  // The same without waiting: `done` is told on the writer thread and must not block or write.
  void WriteAsync(WriteFunction write, std::function<void(absl::Status)> done);
  absl::Status Read(const ReadFunction& read);

 private:
  struct PendingWrite {
    WriteFunction write;
    std::function<void(absl::Status)> done;
    absl::Status status;
  };

  Database();
  absl::Status OpenSessions(const std::string& path);
  void RunWriter();
  // Runs the writes in one transaction and sets their statuses.
  void Commit(std::vector<PendingWrite>& writes);

  const std::unique_ptr<soci::session> writer_session_;  // used by the writer thread only, once it runs
  const std::unique_ptr<soci::connection_pool> readers_;
  absl::Mutex mutex_;
  std::vector<PendingWrite> pending_ ABSL_GUARDED_BY(mutex_);
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread writer_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_DATABASE_H_
