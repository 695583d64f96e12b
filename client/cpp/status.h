// What traind says when it refuses a call: a gRPC status with google.rpc error details, as an absl::Status that keeps
// the details.
#ifndef TRAIND_CLIENT_CPP_STATUS_H_
#define TRAIND_CLIENT_CPP_STATUS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace grpc {
class Status;
}

namespace traind::client {

// The details of a refusal; each part is empty when the server did not send it.
struct ErrorDetails {
  // A fault of the request: the path of the field, such as `spec.model.layers[3].dense.units`, and a sentence with the
  // value and the allowed range.
  struct FieldViolation {
    std::string field;
    std::string description;
  };

  std::vector<FieldViolation> field_violations;  // google.rpc.BadRequest
  std::string reason;                            // google.rpc.ErrorInfo, such as QUEUE_FULL
  std::string domain;
  std::map<std::string, std::string> metadata;
  std::string request_id;                     // google.rpc.RequestInfo: the server's log speaks of the call by it
  std::optional<absl::Duration> retry_delay;  // google.rpc.RetryInfo: wait at least so long before a repeat
};

// The status of a finished call with the same code. Its message is the server's, followed by every field violation on a
// line of its own, indented by two spaces. Details that cannot be read are left out; the code and message remain.
absl::Status FromGrpc(const grpc::Status& status);

// The details of a status that a Client returned; all empty for any other.
ErrorDetails DetailsOf(const absl::Status& status);

// The message of a status without the lines of its field violations.
std::string HeadlineOf(const absl::Status& status);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CPP_STATUS_H_
