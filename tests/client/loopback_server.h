// A gRPC server on a loopback port for services that a test writes.
#ifndef TRAIND_TESTS_CLIENT_LOOPBACK_SERVER_H_
#define TRAIND_TESTS_CLIENT_LOOPBACK_SERVER_H_

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "google/rpc/error_details.pb.h"

namespace traind::client {

// Serves from construction to destruction. The services outlive it.
class LoopbackServer {
 public:
  explicit LoopbackServer(std::initializer_list<grpc::Service*> services, int port = 0) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:" + std::to_string(port), grpc::InsecureServerCredentials(), &port_);
    for (grpc::Service* service : services) builder.RegisterService(service);
    server_ = builder.BuildAndStart();
  }

  ~LoopbackServer() { Stop(); }

  // Returns when every handler has.
  void Stop() {
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
  }

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// A refusal as traind sends it: `details` packed into grpc-status-details-bin.
inline grpc::Status Refusal(grpc::StatusCode code, const std::string& message,
                            const std::vector<const google::protobuf::Message*>& details) {
  google::rpc::Status wire;
  wire.set_code(code);
  wire.set_message(message);
  for (const google::protobuf::Message* detail : details) wire.add_details()->PackFrom(*detail);
  return {code, message, wire.SerializeAsString()};
}

// The refusal of a spec with two faults, with the message that traind gives it.
inline grpc::Status TwoFieldsAreInvalid() {
  google::rpc::BadRequest bad_request;
  auto* units = bad_request.add_field_violations();
  units->set_field("spec.model.layers[3].dense.units");
  units->set_description("is 0; must be 1 to 65536");
  auto* epochs = bad_request.add_field_violations();
  epochs->set_field("spec.epochs");
  epochs->set_description("is -1; must be 1 to 100000");
  google::rpc::ErrorInfo info;
  info.set_reason("INVALID_FIELDS");
  info.set_domain("traind");
  return Refusal(grpc::StatusCode::INVALID_ARGUMENT,
                 "spec.model.layers[3].dense.units: is 0; must be 1 to 65536; spec.epochs: is -1; must be 1 to 100000",
                 {&bad_request, &info});
}

}  // namespace traind::client

#endif  // TRAIND_TESTS_CLIENT_LOOPBACK_SERVER_H_
