#include "server/rpc/request_id.h"

#include <algorithm>
#include <string_view>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "google/rpc/error_details.pb.h"

namespace traind {
namespace {

constexpr size_t kLongest = 64;
constexpr std::string_view kPunctuation = "-._~:/+=";

bool IsSane(std::string_view id) {
  return !id.empty() && id.size() <= kLongest && std::all_of(id.begin(), id.end(), [](char byte) {
    return absl::ascii_isalnum(static_cast<unsigned char>(byte)) || kPunctuation.find(byte) != std::string_view::npos;
  });
}

std::string NewRequestId() {
  thread_local absl::BitGen random;
  return absl::StrFormat("%016x%016x", absl::Uniform<uint64_t>(random), absl::Uniform<uint64_t>(random));
}

}  // namespace

std::string RequestIdFrom(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
  const auto found = metadata.find(kRequestIdKey);
  if (found == metadata.end()) return NewRequestId();
  const std::string_view asked(found->second.data(), found->second.size());
  return IsSane(asked) ? std::string(asked) : NewRequestId();
}

grpc::Status WithRequestId(const grpc::Status& status, const std::string& request_id) {
  google::rpc::Status wire;
  if (status.error_details().empty() || !wire.ParseFromString(status.error_details())) {
    wire.set_code(status.error_code());
    wire.set_message(status.error_message());
  }
  google::rpc::RequestInfo info;
  info.set_request_id(request_id);
  wire.add_details()->PackFrom(info);
  return {status.error_code(), status.error_message(), wire.SerializeAsString()};
}

}  // namespace traind
