#include "client/cpp/client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cpp/token.h"

namespace traind::client {
namespace {

// 100,000 predictions with the probabilities of many classes.
constexpr int kLargestAnswer = 1 << 30;

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const Tls& tls) {
  return grpc::SslCredentials(
      {.pem_root_certs = tls.ca, .pem_private_key = tls.private_key, .pem_cert_chain = tls.certificate});
}

std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface> TokenInterceptor(const std::string& address,
                                                                                        const ClientOptions& options) {
  if (options.tls || options.token_in_clear || IsOnThisMachine(address)) {
    return std::make_unique<TokenSender>(options.token);
  }
  return std::make_unique<CallRefuser>(absl::FailedPreconditionError(
      absl::StrCat("the token is not sent to ", address, " without TLS: whoever is on the way could take it")));
}

}  // namespace

Client Client::Connect(const std::string& address, ClientOptions options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kLargestAnswer);
  // gRPC's own default waits up to two minutes before it tries again to connect.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5000);
  // Through a proxy it would leave the machine, a token and all.
  if (IsOnThisMachine(address)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (options.tls && !options.tls->server_name.empty()) arguments.SetSslTargetNameOverride(options.tls->server_name);
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> interceptors;
  if (!options.token.empty()) interceptors.push_back(TokenInterceptor(address, options));
  const auto credentials = options.tls ? CredentialsOf(*options.tls) : grpc::InsecureChannelCredentials();
  const auto channel =
      grpc::experimental::CreateCustomChannelWithInterceptors(address, credentials, arguments, std::move(interceptors));
  return Client(channel, std::move(options));
}

Client::Client(const std::shared_ptr<grpc::Channel>& channel, ClientOptions options)
    : options_(std::move(options)),
      datasets_(v1::DatasetService::NewStub(channel)),
      training_(v1::TrainingService::NewStub(channel)),
      models_(v1::ModelService::NewStub(channel)),
      health_(grpc::health::v1::Health::NewStub(channel)) {}

}  // namespace traind::client
