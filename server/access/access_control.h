// All of access in one: made from the options, kept up to date while the server runs.
#ifndef TRAIND_SERVER_ACCESS_ACCESS_CONTROL_H_
#define TRAIND_SERVER_ACCESS_ACCESS_CONTROL_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/access/audit_log.h"
#include "server/access/call_rates.h"
#include "server/access/gate.h"
#include "server/access/tokens.h"
#include "server/telemetry/metrics.h"

namespace traind {

struct AccessOptions {
  std::string tokens_file;      // empty: everybody may everything
  double calls_per_second = 0;  // of each tenant; 0: no limit
  bool reflection = true;       // may be asked for
  std::string audit_log;        // a file, or `-` for the standard output; empty: none
  // A whole file; an error says why it cannot be read.
  std::function<absl::StatusOr<std::string>(const std::string& path)> read_file;
};

// Thread-safe.
class AccessControl {
 public:
  // InvalidArgument names the flag, the file and every fault in it. `metrics` must outlive what is returned.
  static absl::StatusOr<std::unique_ptr<AccessControl>> Open(const AccessOptions& options, Metrics& metrics);
  AccessControl(const AccessControl&) = delete;
  AccessControl& operator=(const AccessControl&) = delete;

  Gate& gate() { return gate_; }
  // Null: there is none.
  AuditLog* audit_log() { return audit_log_.get(); }

  // Looks whether the tokens have changed; may wait for the disk. A file that is broken or gone changes nothing: the
  // log says so and `traind_tokens_reloads_failed_total` counts it, once for each change. Call it about once a second.
  void Reload();

 private:
  AccessControl(const AccessOptions& options, std::unique_ptr<Tokens> tokens, std::unique_ptr<AuditLog> audit_log,
                Metrics& metrics);

  const std::string tokens_file_;
  Metrics& metrics_;
  const std::unique_ptr<Tokens> tokens_;  // null: none are asked for
  CallRates rates_;
  Gate gate_;
  const std::unique_ptr<AuditLog> audit_log_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_ACCESS_ACCESS_CONTROL_H_
