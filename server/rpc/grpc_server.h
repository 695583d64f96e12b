// The gRPC port: services, health, reflection.
#ifndef TRAIND_SERVER_RPC_GRPC_SERVER_H_
#define TRAIND_SERVER_RPC_GRPC_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/telemetry/metrics.h"

namespace traind {

// Thread-safe.
class GrpcServer {
 public:
  // Serves when it returns, on HOST:PORT, port 0 taking any free one. Unavailable: the address is taken or not of this
  // machine. The services and `metrics` must outlive the server.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(const std::string& address,
                                                           const std::vector<grpc::Service*>& services,
                                                           Metrics& metrics);
  ~GrpcServer();  // as Shutdown without patience

  // HOST:PORT with the real port.
  const std::string& address() const { return address_; }

  // Health says NOT_SERVING from now on; calls are still answered.
  void StopBeingHealthy();
  // Takes no more calls; those at work have until `deadline`, then they are cancelled. Returns when all are done.
  void Shutdown(absl::Time deadline);

 private:
  GrpcServer(std::unique_ptr<grpc::Server> server, std::string address);

  const std::unique_ptr<grpc::Server> server_;
  const std::string address_;
};

// Every method of the services of traind.v1, as gRPC writes them: `/traind.v1.TrainingService/GetTrainingJob`.
std::vector<std::string> MethodNames();

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_GRPC_SERVER_H_
