// Who did what: a JSON object a line, for each call that changes something or was refused for want of rights.
#ifndef TRAIND_SERVER_ACCESS_AUDIT_LOG_H_
#define TRAIND_SERVER_ACCESS_AUDIT_LOG_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/access/call_rates.h"
#include "server/access/caller.h"
#include "server/telemetry/metrics.h"

namespace traind {

struct AuditEntry {
  absl::Time time;
  Caller caller;         // empty: not known
  std::string method;    // as gRPC writes it
  std::string resource;  // as the client named it; empty: none
  absl::StatusCode code = absl::StatusCode::kOk;
  std::string peer;        // as gRPC writes it, such as `ipv4:10.0.0.7:51544`
  std::string request_id;  // of the call, as in the log
};

// The line without its end: ASCII, whatever a client sent; long values are cut.
std::string ToAuditLine(const AuditEntry& entry);

// Written by a thread of its own, so that no call waits for the disk; a crash of the system may take the last lines.
// A file that was moved or removed is made anew, as log rotation expects. Lines that cannot be written, or of which too
// many wait, are lost: the log says so, `traind_audit_lines_lost_total` counts them, and the server goes on. Of callers
// that have no good token no more than 100 lines a second are written, so that they cannot fill the disk.
//
// Thread-safe.
class AuditLog {
 public:
  // `path` is a file to append to, or `-` for the standard output. FailedPrecondition, with the path and the reason, if
  // it cannot be opened. `metrics` must outlive the log.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(const std::string& path, Metrics& metrics);
  ~AuditLog();  // writes what waits
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // Never waits.
  void Write(AuditEntry entry);

 private:
  AuditLog(std::string path, int descriptor, Metrics& metrics);
  void Run();
  // On the thread. False, with errno, if not all could be written.
  bool WriteAll(const std::string& lines);
  void ReopenIfMoved();

  const std::string path_;  // `-`: none
  Metrics& metrics_;
  int descriptor_;                            // the thread's
  bool torn_ = false;                         // the file may end within a line; the thread's
  absl::Time warned_ = absl::InfinitePast();  // the thread's

  absl::Mutex mutex_;
  TokenBucket strangers_ ABSL_GUARDED_BY(mutex_);
  std::vector<AuditEntry> waiting_ ABSL_GUARDED_BY(mutex_);
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_ACCESS_AUDIT_LOG_H_
