#include "server/access/gate.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/access/method_access.h"
#include "server/errors/errors.h"

namespace traind {
namespace {

constexpr char kDefaultTenant[] = "default";
constexpr std::string_view kReflection = "/grpc.reflection.";
constexpr std::string_view kScheme = "Bearer ";

// The scheme's name may be written in any case (RFC 9110).
bool IsBearer(std::string_view authorization) {
  return absl::EqualsIgnoreCase(std::string(authorization.substr(0, kScheme.size())), std::string(kScheme));
}

absl::Status TokenMissing() {
  return WithReason(absl::UnauthenticatedError("this server asks for a token: send the metadata `authorization: Bearer "
                                               "TOKEN` (trainctl: TRAIND_TOKEN or --token-file)"),
                    "TOKEN_MISSING");
}

// One message for all, so that it tells nothing of which tokens there are or were.
absl::Status TokenInvalid() {
  return WithReason(absl::UnauthenticatedError(
                        "the token is not valid: it is unknown here, or has expired; ask whoever runs the server"),
                    "TOKEN_INVALID");
}

absl::Status RoleTooLow(std::string_view method, Role needed, const Caller& caller) {
  const std::string name(method.substr(method.rfind('/') + 1));
  return WithReason(absl::PermissionDeniedError(absl::StrCat(name, " needs the role ", Name(needed), "; the token of ",
                                                             caller.name, " has the role ", Name(caller.role))),
                    "ROLE_TOO_LOW", {{"needed_role", Name(needed)}, {"role", Name(caller.role)}});
}

absl::Status TooManyCalls(const Caller& caller, double per_second, absl::Duration wait) {
  return WithRetryDelay(
      WithReason(absl::ResourceExhaustedError(absl::StrCat("tenant ", caller.tenant, " calls more than ", per_second,
                                                           " times a second, which is all that "
                                                           "--max_tenant_calls_per_second allows; try again later")),
                 "TENANT_RATE", {{"max_calls_per_second", absl::StrCat(per_second)}}),
      // A client that counts in milliseconds is not to come back at once.
      absl::Ceil(wait, absl::Milliseconds(1)));
}

}  // namespace

absl::Status Gate::Admit(std::string_view method, std::optional<std::string_view> authorization, absl::Time now,
                         Caller& caller) {
  if (!reflection_ && method.substr(0, kReflection.size()) == kReflection) {
    return absl::UnimplementedError("reflection is off: the server was started with --reflection=false");
  }
  const MethodAccess access = MethodAccessOf(method);
  if (!access.role) return absl::OkStatus();
  caller = {.name = "", .role = Role::kAdmin, .tenant = kDefaultTenant};
  if (tokens_ != nullptr) {
    caller = {};
    if (!authorization) return TokenMissing();
    if (!IsBearer(*authorization)) return TokenInvalid();
    std::optional<Caller> known = tokens_->Find(authorization->substr(kScheme.size()), now);
    if (!known) return TokenInvalid();
    caller = *std::move(known);
  }
  // Before the role: calls that are refused are lines of the audit log.
  const absl::Duration wait = rates_.Take(caller.tenant, now);
  if (wait > absl::ZeroDuration()) return TooManyCalls(caller, rates_.per_second(), wait);
  return caller.role < *access.role ? RoleTooLow(method, *access.role, caller) : absl::OkStatus();
}

}  // namespace traind
