// The one SQL database of a server: one writer, many readers, every acknowledged write on disk.
//
// Writes of all threads are run by one writer thread, which commits whatever has gathered while it was busy in one
// transaction (group commit): a write costs a share of an fsync, not one of its own.
#ifndef TRAIND_SERVER_STORAGE_DATABASE_H_
#define TRAIND_SERVER_STORAGE_DATABASE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace soci {
class session;
}

namespace traind {

// Thread-safe. Failures of SQL come back as Unavailable (busy, I/O error), ResourceExhausted (disk full) or DataLoss
// (corrupt file), never as exceptions.
class Database {
 public:
  // Runs inside a transaction, on the writer thread: short, and no waiting for anything. What it changed is undone if
  // it returns an error or throws soci::soci_error.
  using WriteFunction = std::function<absl::Status(soci::session&)>;
  // Runs against a consistent snapshot, on the caller's thread.
  using ReadFunction = std::function<absl::Status(soci::session&)>;

  // Opens or creates the SQLite file and brings its tables up to date. FailedPrecondition if a newer traind made it.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path);
  virtual ~Database() = default;  // finishes the writes that were accepted

  // Returns when the change is on disk, or was not made.
  virtual absl::Status Write(WriteFunction write) = 0;
  // The same without waiting: `done` is told on the writer thread and must not block or write.
  virtual void WriteAsync(WriteFunction write, std::function<void(absl::Status)> done) = 0;
  virtual absl::Status Read(const ReadFunction& read) = 0;
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_DATABASE_H_
