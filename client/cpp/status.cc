#include "client/cpp/status.h"

#include <grpcpp/support/status.h>

#include <string_view>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace traind::client {
namespace {

// The payload holds the whole google.rpc.Status, as it came.
constexpr char kPayload[] = "type.googleapis.com/google.rpc.Status";

ErrorDetails Read(const google::rpc::Status& status) {
  ErrorDetails details;
  for (const google::protobuf::Any& any : status.details()) {
    if (google::rpc::BadRequest bad_request; any.UnpackTo(&bad_request)) {
      for (const auto& violation : bad_request.field_violations()) {
        details.field_violations.push_back({violation.field(), violation.description()});
      }
    } else if (google::rpc::ErrorInfo info; any.UnpackTo(&info)) {
      details.reason = info.reason();
      details.domain = info.domain();
      details.metadata.insert(info.metadata().begin(), info.metadata().end());
    } else if (google::rpc::RequestInfo request; any.UnpackTo(&request)) {
      details.request_id = request.request_id();
    } else if (google::rpc::RetryInfo retry; any.UnpackTo(&retry)) {
      details.retry_delay =
          absl::Seconds(retry.retry_delay().seconds()) + absl::Nanoseconds(retry.retry_delay().nanos());
    }
  }
  return details;
}

std::string Headline(const grpc::Status& status, const ErrorDetails& details) {
  const auto& violations = details.field_violations;
  // traind's own message for bad fields is their list once more.
  if (!violations.empty() && absl::StrContains(status.error_message(), violations[0].description)) {
    return violations.size() == 1 ? "1 field is invalid" : absl::StrCat(violations.size(), " fields are invalid");
  }
  // What gRPC answers to a call that it cannot dispatch or whose strings it cannot decode.
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED && status.error_message().empty()) {
    return "the server does not have this method, or a text in the request is not UTF-8";
  }
  return status.error_message();
}

}  // namespace

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status wire;
  if (!wire.ParseFromString(status.error_details())) wire.Clear();
  ErrorDetails details = Read(wire);
  std::string message = Headline(status, details);
  for (const auto& violation : details.field_violations) {
    absl::StrAppend(&message, "\n  ", violation.field, ": ", violation.description);
  }
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), message);
  wire.set_message(Headline(status, details));
  result.SetPayload(kPayload, absl::Cord(wire.SerializeAsString()));
  return result;
}

ErrorDetails DetailsOf(const absl::Status& status) {
  google::rpc::Status wire;
  auto payload = status.GetPayload(kPayload);
  if (!payload || !wire.ParseFromString(std::string(*payload))) return {};
  return Read(wire);
}

std::string HeadlineOf(const absl::Status& status) {
  google::rpc::Status wire;
  auto payload = status.GetPayload(kPayload);
  if (!payload || !wire.ParseFromString(std::string(*payload))) return std::string(status.message());
  return wire.message();
}

}  // namespace traind::client
