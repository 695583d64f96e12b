// Sees every call at the edge: asks whether it may be, counts it, times it, and explains a request that could not be
// read.
#ifndef TRAIND_SERVER_RPC_CALL_INTERCEPTOR_H_
#define TRAIND_SERVER_RPC_CALL_INTERCEPTOR_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_interceptor.h>

#include "server/access/access_control.h"
#include "server/telemetry/metrics.h"

namespace traind {

// Makes one interceptor a call. gRPC answers a request that does not parse (garbage, or a string that is not UTF-8)
// with a bare UNIMPLEMENTED, as if the method did not exist; it becomes INVALID_ARGUMENT that says so.
//
// An interceptor cannot refuse a call. It tells the server's own services (CallContext), which can neither begin nor
// see a record without a caller; calls of others, such as reflection, it cancels with the refusal's code and message.
class CallInterceptorFactory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  // The references must outlive the server.
  CallInterceptorFactory(AccessControl& access, Metrics& metrics) : access_(access), metrics_(metrics) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo* call) override;

 private:
  AccessControl& access_;
  Metrics& metrics_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_CALL_INTERCEPTOR_H_
