// Files that an administrator keeps beside the server: certificates and the like.
#ifndef TRAIND_SERVER_RPC_SMALL_FILE_H_
#define TRAIND_SERVER_RPC_SMALL_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace traind {

// All of a regular file of at most 1 MiB. FailedPrecondition with the reason alone, such as "No such file or
// directory": who asks knows which file it was, and what for.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path);

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_SMALL_FILE_H_
