// A stream that is refused before it begins.
#ifndef TRAIND_SERVER_RPC_REFUSED_STREAM_H_
#define TRAIND_SERVER_RPC_REFUSED_STREAM_H_

#include <grpcpp/grpcpp.h>

#include "absl/status/status.h"
#include "server/convert/status.h"

namespace traind {

// Deletes itself when the call is over.
template <typename Response>
class RefusedStream : public grpc::ServerWriteReactor<Response> {
 public:
  explicit RefusedStream(const absl::Status& status) { this->Finish(ToGrpcStatus(status)); }
  void OnDone() override { delete this; }
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_REFUSED_STREAM_H_
