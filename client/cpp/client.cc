#include "client/cpp/client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <utility>

namespace traind::client {
namespace {

// 100,000 predictions with the probabilities of many classes.
constexpr int kLargestAnswer = 1 << 30;

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const Tls& tls) {
  return grpc::SslCredentials(
      {.pem_root_certs = tls.ca, .pem_private_key = tls.private_key, .pem_cert_chain = tls.certificate});
}

}  // namespace

Client Client::Connect(const std::string& address, ClientOptions options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kLargestAnswer);
  // gRPC's own default waits up to two minutes before it tries again to connect.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5000);
  if (options.tls && !options.tls->server_name.empty()) arguments.SetSslTargetNameOverride(options.tls->server_name);
  const auto credentials = options.tls ? CredentialsOf(*options.tls) : grpc::InsecureChannelCredentials();
  return Client(grpc::CreateCustomChannel(address, credentials, arguments), std::move(options));
}

Client::Client(const std::shared_ptr<grpc::Channel>& channel, ClientOptions options)
    : options_(std::move(options)),
      datasets_(v1::DatasetService::NewStub(channel)),
      training_(v1::TrainingService::NewStub(channel)),
      models_(v1::ModelService::NewStub(channel)),
      health_(grpc::health::v1::Health::NewStub(channel)) {}

}  // namespace traind::client
