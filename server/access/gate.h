// THE place where it is decided who may call what. server/rpc asks it before any method of any service begins.
#ifndef TRAIND_SERVER_ACCESS_GATE_H_
#define TRAIND_SERVER_ACCESS_GATE_H_

#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/access/call_rates.h"
#include "server/access/caller.h"
#include "server/access/tokens.h"

namespace traind {

// Thread-safe. Takes about a microsecond and never waits for a disk.
class Gate {
 public:
  // `tokens` null: everybody is an admin of the tenant `default` without a name. Both must outlive the gate. Without
  // `reflection` that service is as if it were not there.
  Gate(const Tokens* tokens, CallRates& rates, bool reflection = true)
      : tokens_(tokens), rates_(rates), reflection_(reflection) {}

  bool asks_for_tokens() const { return tokens_ != nullptr; }

  // Who calls `method` (as gRPC writes it), by the value of the metadata `authorization`, if there is one. Errors:
  // Unauthenticated, reason TOKEN_MISSING, or TOKEN_INVALID for a token that is unknown or has expired;
  // PermissionDenied, reason ROLE_TOO_LOW; ResourceExhausted, reason TENANT_RATE with a retry delay. What needs no
  // token is not counted. `caller` gets who it is also if he is refused, as far as that is known.
  absl::Status Admit(std::string_view method, std::optional<std::string_view> authorization, absl::Time now,
                     Caller& caller);

 private:
  const Tokens* const tokens_;
  CallRates& rates_;
  const bool reflection_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_ACCESS_GATE_H_
