// The name of one call, by which a user and the log speak of the same.
#ifndef TRAIND_SERVER_RPC_REQUEST_ID_H_
#define TRAIND_SERVER_RPC_REQUEST_ID_H_

#include <grpcpp/grpcpp.h>

#include <map>
#include <string>

namespace traind {

// Metadata of a call: in a client's, the id that it asks for; in the answer's trailing metadata, the id that it has.
inline constexpr char kRequestIdKey[] = "x-request-id";

// What the client asks for, if that is 1 to 64 ASCII letters, digits and `-._~:/+=`; else a new one, 32 random hex
// digits.
std::string RequestIdFrom(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata);

// `status`, which is an error, with the id as google.rpc.RequestInfo among its details.
grpc::Status WithRequestId(const grpc::Status& status, const std::string& request_id);

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_REQUEST_ID_H_
