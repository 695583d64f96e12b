// The mark by which a repeated create is known (AIP-155).
#ifndef TRAIND_SERVER_CONVERT_REQUEST_MARK_H_
#define TRAIND_SERVER_CONVERT_REQUEST_MARK_H_

#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

#include "server/errors/errors.h"
#include "server/storage/records.h"

namespace traind {

// SHA-256, hex, of a request with its field `request_id` cleared, in one fixed serialization: equal for equal requests
// as long as the server's build is the same. `more` stands for what is not in the message, such as the hash of a
// stream.
std::string BodySha256(const google::protobuf::Message& request, std::string_view more = "");

// The mark of a request that has a field `request_id`; empty if that is not set. Adds a fault of the field `field` if
// it is no request id: at most 128 characters of printable ASCII.
RequestMark MarkOf(const google::protobuf::Message& request, std::string_view field,
                   std::vector<FieldViolation>& faults, std::string_view more = "");

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_REQUEST_MARK_H_
