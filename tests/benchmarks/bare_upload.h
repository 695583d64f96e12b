// What gRPC by itself takes to stream an upload: the same messages, read and dropped in a process of its own.
#ifndef TRAIND_TESTS_BENCHMARKS_BARE_UPLOAD_H_
#define TRAIND_TESTS_BENCHMARKS_BARE_UPLOAD_H_

#include <sys/types.h>

#include <string>

#include "absl/strings/string_view.h"

namespace traind {

// A server of WriteUpload that reads every message and drops it. Its process ends with this object.
class BareUploadServer {
 public:
  // Forks: to be made before this process uses gRPC.
  BareUploadServer();
  ~BareUploadServer();
  BareUploadServer(const BareUploadServer&) = delete;
  BareUploadServer& operator=(const BareUploadServer&) = delete;

  const std::string& address() const { return address_; }

 private:
  pid_t pid_;
  int alive_;  // the server ends when this end of a pipe is closed
  std::string address_;
};

// Streams `bytes` to such a server in chunks of 1 MiB. Ends the process if that fails.
void SendBare(const std::string& address, absl::string_view bytes);

}  // namespace traind

#endif  // TRAIND_TESTS_BENCHMARKS_BARE_UPLOAD_H_
