// A stream that is refused before it begins.
#ifndef TRAIND_SERVER_RPC_REFUSED_STREAM_H_
#define TRAIND_SERVER_RPC_REFUSED_STREAM_H_

#include <grpcpp/grpcpp.h>

#include "absl/status/status.h"
#include "server/convert/status.h"

namespace traind {

// `Reactor` is that of the stream, such as grpc::ServerWriteReactor<v1::TrainingEvent>. Deletes itself when the call is
// over.
template <typename Reactor>
class RefusedStream : public Reactor {
 public:
  explicit RefusedStream(const absl::Status& status) { this->Finish(ToGrpcStatus(status)); }
  void OnDone() override { delete this; }
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_REFUSED_STREAM_H_
