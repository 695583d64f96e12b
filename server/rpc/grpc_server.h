// The gRPC port: services, health, reflection.
#ifndef TRAIND_SERVER_RPC_GRPC_SERVER_H_
#define TRAIND_SERVER_RPC_GRPC_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/access/access_control.h"
#include "server/rpc/acceptor.h"
#include "server/rpc/server_tls.h"
#include "server/telemetry/metrics.h"

namespace traind {

struct GrpcLimits {
  int64_t connections = 10'000;  // at once, within what the limit of open files leaves
  int streams = 1'000;           // calls at once on a connection; a stream costs memory even when it is idle
  int64_t message_bytes = int64_t{4} << 20;  // of a request
};

// How clients come in.
struct GrpcAccess {
  AccessControl& control;    // asked about every call
  ServerTls* tls = nullptr;  // null: without TLS
  bool insecure = false;     // without TLS, from other machines too
};

// Thread-safe.
class GrpcServer {
 public:
  // Serves when it returns, on HOST:PORT, port 0 taking any free one. Unavailable: the address is taken or not of this
  // machine. InvalidArgument: other machines can reach it, and there is no TLS. The services, what `access` refers to
  // and `metrics` must outlive the server.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const std::string& address, const GrpcAccess& access,
                                                           const GrpcLimits& limits,
                                                           const std::vector<grpc::Service*>& services,
                                                           Metrics& metrics);
  ~GrpcServer();  // as Shutdown without patience

  // HOST:PORT with the real port.
  const std::string& address() const { return address_; }

  // Health says NOT_SERVING from now on; calls are still answered.
  void StopBeingHealthy();
  // Takes no more connections and calls; those at work have until `deadline`, then they are cancelled. Returns when all
  // are done.
  void Shutdown(absl::Time deadline);

 private:
  using Connections = grpc::experimental::ExternalConnectionAcceptor;

  GrpcServer(std::unique_ptr<Connections> connections, std::unique_ptr<grpc::Server> server, ListeningSockets sockets,
             const std::string& address, const GrpcLimits& limits);

  const std::unique_ptr<Connections> connections_;  // the server's way in
  const std::unique_ptr<grpc::Server> server_;
  const std::string address_;
  std::unique_ptr<Acceptor> acceptor_;  // null after Shutdown
};

// Every method of the services of traind.v1, as gRPC writes them: `/traind.v1.TrainingService/GetTrainingJob`.
std::vector<std::string> MethodNames();

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_GRPC_SERVER_H_
