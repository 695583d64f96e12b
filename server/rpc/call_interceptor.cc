#include "server/rpc/call_interceptor.h"

#include <string>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "server/convert/status.h"
#include "server/errors/errors.h"

namespace traind {
namespace {

namespace experimental = grpc::experimental;

class CallInterceptor : public experimental::Interceptor {
 public:
  CallInterceptor(Metrics& metrics, std::string method) : metrics_(metrics), method_(std::move(method)) {
    metrics_.RpcStarted(method_);
  }

  // A call that broke off before a status could be sent counts as cancelled.
  ~CallInterceptor() override {
    metrics_.RpcHandled(method_, static_cast<absl::StatusCode>(code_), absl::Now() - start_);
  }

  void Intercept(experimental::InterceptorBatchMethods* batch) override {
    if (batch->QueryInterceptionHookPoint(experimental::InterceptionHookPoints::PRE_SEND_STATUS)) {
      grpc::Status status = batch->GetSendStatus();
      if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED && status.error_message().empty()) {
        status = ToGrpcStatus(WithReason(
            absl::InvalidArgumentError(
                "the request cannot be read: it is no message of this method's type, or a text field is not UTF-8"),
            "MALFORMED_REQUEST"));
        batch->ModifySendStatus(status);
      }
      code_ = status.error_code();
    }
    batch->Proceed();
  }

 private:
  Metrics& metrics_;
  const std::string method_;
  const absl::Time start_ = absl::Now();
  grpc::StatusCode code_ = grpc::StatusCode::CANCELLED;
};

}  // namespace

experimental::Interceptor* CallInterceptorFactory::CreateServerInterceptor(experimental::ServerRpcInfo* call) {
  return new CallInterceptor(metrics_, call->method());
}

}  // namespace traind
