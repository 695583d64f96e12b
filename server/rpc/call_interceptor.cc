#include "server/rpc/call_interceptor.h"

#include <grpc/grpc.h>
#include <spdlog/spdlog.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "server/access/method_access.h"
#include "server/convert/status.h"
#include "server/errors/errors.h"
#include "server/rpc/call_context.h"
#include "server/rpc/request_id.h"
#include "server/telemetry/log_scope.h"

namespace traind {
namespace {

namespace experimental = grpc::experimental;

constexpr char kOurServices[] = "/traind.v1.";

class CallInterceptor : public experimental::Interceptor {
 public:
  CallInterceptor(AccessControl& access, Metrics& metrics, experimental::ServerRpcInfo* call)
      : access_(access), metrics_(metrics), context_(call->server_context()), method_(call->method()) {
    metrics_.RpcStarted(method_);
  }

  // A call that broke off before a status could be sent counts as cancelled.
  ~CallInterceptor() override {
    metrics_.RpcHandled(method_, static_cast<absl::StatusCode>(code_), absl::Now() - start_);
  }

  void Intercept(experimental::InterceptorBatchMethods* batch) override {
    if (batch->QueryInterceptionHookPoint(experimental::InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      request_id_ = RequestIdFrom(*batch->GetRecvInitialMetadata());
      if (auto* const ours = dynamic_cast<CallContext*>(context_)) ours->set_request_id(request_id_);
      Admit(*batch->GetRecvInitialMetadata());
    }
    if (batch->QueryInterceptionHookPoint(experimental::InterceptionHookPoints::PRE_SEND_STATUS)) {
      grpc::Status status = batch->GetSendStatus();
      // gRPC says so of a method that there is not, too.
      const bool is_bare = status.error_code() == grpc::StatusCode::UNIMPLEMENTED && status.error_message().empty();
      if (is_bare && FindMethodAccess(method_)) {
        status = ToGrpcStatus(WithReason(
            absl::InvalidArgumentError(
                "the request cannot be read: it is no message of this method's type, or a text field is not UTF-8"),
            "MALFORMED_REQUEST"));
        batch->ModifySendStatus(status);
      }
      if (!admitted_.ok()) {
        status = ToGrpcStatus(admitted_);
        batch->ModifySendStatus(status);
      }
      if (!status.ok()) batch->ModifySendStatus(WithRequestId(status, request_id_));
      batch->GetSendTrailingMetadata()->emplace(kRequestIdKey, request_id_);
      code_ = status.error_code();
      Log(status);
      Audit();
    }
    batch->Proceed();
  }

 private:
  using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;

  void Admit(const Metadata& metadata) {
    std::optional<std::string_view> authorization;
    if (const auto found = metadata.find("authorization"); found != metadata.end()) {
      authorization = std::string_view(found->second.data(), found->second.size());
    }
    admitted_ = access_.gate().Admit(method_, authorization, absl::Now(), caller_);
    if (!admitted_.ok()) metrics_.CallDenied(DetailsOf(admitted_).reason);
    auto* const ours = dynamic_cast<CallContext*>(context_);
    if (ours != nullptr && method_.starts_with(kOurServices)) {
      ours->set_caller(admitted_.ok() ? absl::StatusOr<Caller>(caller_) : admitted_);
    } else if (!admitted_.ok()) {
      // Services of the library wait for their messages on its threads, or are called back.
      auto* const theirs = dynamic_cast<grpc::ServerContext*>(context_);
      if (theirs != nullptr) Cancel(theirs->c_call());
      if (ours != nullptr) Cancel(ours->c_call());
    }
  }

  // Ends the call with the refusal's code and message; the library has no way to send its details along.
  void Cancel(grpc_call* call) const {
    grpc_call_cancel_with_status(call, static_cast<grpc_status_code>(admitted_.code()),
                                 std::string(admitted_.message()).c_str(), nullptr);
  }

  // What an error says may quote the user's data: it is the user's, not the log's.
  void Log(const grpc::Status& status) const {
    if (!spdlog::should_log(spdlog::level::debug)) return;
    const LogScope scope({.request_id = request_id_});
    spdlog::debug("{} {} after {}", method_,
                  absl::StatusCodeToString(static_cast<absl::StatusCode>(status.error_code())),
                  absl::FormatDuration(absl::Now() - start_));
  }

  // As the status is sent: the call is over, and its context is still there.
  void Audit() const {
    AuditLog* const log = access_.audit_log();
    const bool denied = code_ == grpc::StatusCode::UNAUTHENTICATED || code_ == grpc::StatusCode::PERMISSION_DENIED;
    const bool changes = admitted_.ok() && MethodAccessOf(method_).changes;
    if (log == nullptr || !(denied || changes)) return;
    AuditEntry entry = {.time = absl::Now(),
                        .caller = caller_,
                        .method = method_,
                        .resource = "",
                        .code = static_cast<absl::StatusCode>(code_),
                        .peer = "",
                        .request_id = request_id_};
    if (const auto* const ours = dynamic_cast<const CallContext*>(context_)) {
      entry.resource = ours->resource();
      entry.peer = ours->peer();
    } else if (const auto* const theirs = dynamic_cast<const grpc::ServerContext*>(context_)) {
      entry.peer = theirs->peer();
    }
    log->Write(std::move(entry));
  }

  AccessControl& access_;
  Metrics& metrics_;
  grpc::ServerContextBase* const context_;
  const std::string method_;
  std::string request_id_;
  absl::Status admitted_ = absl::OkStatus();
  Caller caller_;  // as far as it is known, also if the call is refused
  const absl::Time start_ = absl::Now();
  grpc::StatusCode code_ = grpc::StatusCode::CANCELLED;
};

}  // namespace

experimental::Interceptor* CallInterceptorFactory::CreateServerInterceptor(experimental::ServerRpcInfo* call) {
  return new CallInterceptor(access_, metrics_, call);
}

}  // namespace traind
