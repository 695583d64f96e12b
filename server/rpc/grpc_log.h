// What gRPC has to say goes where everything does.
#ifndef TRAIND_SERVER_RPC_GRPC_LOG_H_
#define TRAIND_SERVER_RPC_GRPC_LOG_H_

namespace traind {

// From now on gRPC's own lines are lines of the log: errors, which are mostly clients that speak no TLS or no HTTP/2,
// as `warn`, all else as `debug`. At most ten in ten seconds, so that no client can fill the disk with them; how many
// were left out, the next one says.
void TakeGrpcLog();

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_GRPC_LOG_H_
