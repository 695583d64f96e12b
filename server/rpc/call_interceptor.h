// Sees every call at the edge: counts it, times it, and explains a request that could not be read.
#ifndef TRAIND_SERVER_RPC_CALL_INTERCEPTOR_H_
#define TRAIND_SERVER_RPC_CALL_INTERCEPTOR_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_interceptor.h>

#include "server/telemetry/metrics.h"

namespace traind {

// Makes one interceptor a call. gRPC answers a request that does not parse (garbage, or a string that is not UTF-8)
// with a bare UNIMPLEMENTED, as if the method did not exist; it becomes INVALID_ARGUMENT that says so.
class CallInterceptorFactory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  // `metrics` must outlive the server.
  explicit CallInterceptorFactory(Metrics& metrics) : metrics_(metrics) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo* call) override;

 private:
  Metrics& metrics_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_CALL_INTERCEPTOR_H_
