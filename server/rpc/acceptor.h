// The listening socket of the gRPC port. It is ours, since gRPC's own stays deaf for good once the process had no file
// descriptor left for a connection.
#ifndef TRAIND_SERVER_RPC_ACCEPTOR_H_
#define TRAIND_SERVER_RPC_ACCEPTOR_H_

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "server/rpc/listening_sockets.h"

namespace traind {

// Hands every connection on, on a thread of its own, while there are fewer than so many; further ones are closed at
// once, which a client sees as UNAVAILABLE and tries again later. The limit of open files leaves room for fewer, maybe.
// When the system has no descriptor or memory for a connection, it waits a little and goes on.
class Acceptor {
 public:
  // `take` owns the descriptor it gets, which closes when the connection ends.
  Acceptor(ListeningSockets sockets, int64_t max_connections, std::function<void(int descriptor)> take);
  // No more connections; those handed on stay.
  ~Acceptor();

 private:
  void Accept();
  void AcceptFrom(int listening);
  // Whether one more connection may be.
  bool HasRoom();
  // A flood is not to fill the log too.
  void Warn(const std::string& message);

  const ListeningSockets sockets_;
  const int64_t max_connections_;
  const std::function<void(int)> take_;
  absl::flat_hash_map<int, ino_t> open_;      // handed on, by descriptor; some may have closed since
  absl::Time looked_ = absl::InfinitePast();  // for those that have closed, in vain
  absl::Time warned_ = absl::InfinitePast();
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

// Connections that the limit of open files leaves room for beside all else, at most `wanted`.
int64_t ConnectionsWithinFileLimit(int64_t wanted);

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_ACCEPTOR_H_
