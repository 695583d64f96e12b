// What the server knows of a call beside its message: who calls, and what it is about.
#ifndef TRAIND_SERVER_RPC_CALL_CONTEXT_H_
#define TRAIND_SERVER_RPC_CALL_CONTEXT_H_

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/access/caller.h"
#include "server/storage/tenant_scope.h"

namespace traind {

// The context of every call of the server's services. Used by whoever is at work on the call.
class CallContext : public grpc::CallbackServerContext {
 public:
  // The caller; or why the call is refused, with which it is to end before it does anything.
  const absl::StatusOr<Caller>& caller() const { return caller_; }
  void set_caller(absl::StatusOr<Caller> caller) { caller_ = std::move(caller); }

  // Of the call, for the log.
  const std::string& request_id() const { return request_id_; }
  void set_request_id(std::string request_id) { request_id_ = std::move(request_id); }

  // The name of what the call makes, changes or reads, for the audit log; empty: none. As the client sent it.
  const std::string& resource() const { return resource_; }
  void set_resource(std::string resource) { resource_ = std::move(resource); }

 private:
  // A call that no gate has seen goes no further.
  absl::StatusOr<Caller> caller_ = absl::InternalError("nobody has checked who calls");
  std::string request_id_;
  std::string resource_;
};

// `context` must be one that CallContextAllocator has made, as are all that the server's services get.
inline CallContext& CallOf(grpc::CallbackServerContext* context) { return *static_cast<CallContext*>(context); }

class CallContextAllocator : public grpc::ContextAllocator {
 public:
  grpc::CallbackServerContext* NewCallbackServerContext() override { return new CallContext; }
  // Of a method that there is not, gRPC hands in a context that is not ours and not to be deleted.
  void Release(grpc::CallbackServerContext* context) override { delete dynamic_cast<CallContext*>(context); }
  void Release(grpc::GenericCallbackServerContext*) override {}
};

// Whose records a caller may see.
TenantScope ScopeOf(const Caller& caller);

// Whose is what a caller makes: the tenant that the request names, or else the caller's own. PermissionDenied with
// reason TENANT_FORBIDDEN if the request names another than the caller may.
absl::StatusOr<std::string> TenantFor(const Caller& caller, const std::string& named);

// The name of what a request is about: its `name`, or the name that it gives to what it creates; empty if it has none.
std::string ResourceIn(const google::protobuf::Message& request);

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_CALL_CONTEXT_H_
