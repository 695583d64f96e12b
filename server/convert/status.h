// A refusal on its way to the client: google.rpc.Status in the trailer (AIP-193).
#ifndef TRAIND_SERVER_CONVERT_STATUS_H_
#define TRAIND_SERVER_CONVERT_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace traind {

// The same code and message. A status that is not OK always has an ErrorInfo of domain `traind`, whose reason is the
// code's name (`NOT_FOUND`) if none was given (WithReason), then a BadRequest and a RetryInfo if there is something to
// say in them. All text is made valid UTF-8.
//
// gRPC's clients drop a whole answer whose trailers exceed 8 KiB, so that the message is cut and the violations are
// given as far as there is room, the last one saying how many more there are.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_STATUS_H_
