// The token that tells a server who calls.
#ifndef TRAIND_CLIENT_CPP_TOKEN_H_
#define TRAIND_CLIENT_CPP_TOKEN_H_

#include <grpcpp/support/client_interceptor.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace traind::client {

// `traind_` and 256 random bits from the operating system, as 43 characters of web-safe base64.
std::string NewToken();

// What a server's file of tokens holds in the place of a token: its SHA-256 in lower-case hex.
std::string TokenHash(const std::string& token);

// The token in a file, without the blanks and line ends around it. InvalidArgument, which does not repeat what is in
// it, if it cannot be read or holds no token.
absl::StatusOr<std::string> ReadTokenFile(const std::string& path);

// InvalidArgument, which does not repeat it, unless a token can be sent: printable ASCII without blanks.
absl::Status CheckToken(const std::string& token);

// Whether what is sent to `address`, as gRPC names it, stays on this machine.
bool IsOnThisMachine(const std::string& address);

// Sends `token` with each call of a channel, as the metadata `authorization: Bearer TOKEN`.
class TokenSender : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit TokenSender(std::string token) : token_(std::move(token)) {}
  grpc::experimental::Interceptor* CreateClientInterceptor(grpc::experimental::ClientRpcInfo* call) override;

 private:
  const std::string token_;
};

// Ends each call of a channel with `status`, before anything is sent.
class CallRefuser : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit CallRefuser(absl::Status status) : status_(std::move(status)) {}
  grpc::experimental::Interceptor* CreateClientInterceptor(grpc::experimental::ClientRpcInfo* call) override;

 private:
  const absl::Status status_;
};

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CPP_TOKEN_H_
