// How every unary method answers: translate, call, translate back, on a thread that may block.
#ifndef TRAIND_SERVER_RPC_ANSWER_H_
#define TRAIND_SERVER_RPC_ANSWER_H_

#include <grpcpp/grpcpp.h>

#include <exception>
#include <functional>
#include <new>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/convert/status.h"
#include "server/rpc/call_context.h"
#include "server/rpc/executor.h"
#include "server/telemetry/log_scope.h"

namespace traind {

// Runs `work` and turns what it throws into a status: no request may end the server.
template <typename Result>
absl::StatusOr<Result> Guarded(const std::function<absl::StatusOr<Result>()>& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("the server has not enough memory for this request; send a smaller one");
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("unexpected: ", error.what()));
  }
}

// Finishes the call with what `work` returns. The request and `response` live until then. `work` is not begun if the
// call is refused, or if the caller has gone away before its turn.
template <typename Response>
grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, Executor& executor,
                                 const google::protobuf::Message* request, Response* response,
                                 std::function<absl::StatusOr<Response>(const Caller&)> work) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  CallContext& call = CallOf(context);
  call.set_resource(ResourceIn(*request));
  if (!call.caller().ok()) {
    reactor->Finish(ToGrpcStatus(call.caller().status()));
    return reactor;
  }
  executor.Run([&call, reactor, response, work = std::move(work)] {
    const LogScope scope({.request_id = call.request_id()});
    if (call.IsCancelled()) {
      reactor->Finish(grpc::Status::CANCELLED);
      return;
    }
    absl::StatusOr<Response> result = Guarded<Response>([&] { return work(*call.caller()); });
    const grpc::Status status = ToGrpcStatus(result.status());
    if (result.ok()) {
      // The server has chosen its name.
      if (call.resource().empty()) call.set_resource(ResourceIn(*result));
      *response = *std::move(result);
    }
    reactor->Finish(status);
  });
  return reactor;
}

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_ANSWER_H_
