#include "client/cpp/call.h"
#include "client/cpp/client.h"

namespace traind::client {

namespace health = grpc::health::v1;

absl::StatusOr<health::HealthCheckResponse> Client::CheckHealth() const {
  return Call(*health_, &health::Health::Stub::Check, health::HealthCheckRequest(), options_.timeout);
}

}  // namespace traind::client
