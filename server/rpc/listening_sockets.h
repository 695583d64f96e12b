// Sockets that listen for connections.
#ifndef TRAIND_SERVER_RPC_LISTENING_SOCKETS_H_
#define TRAIND_SERVER_RPC_LISTENING_SOCKETS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace traind {

// Sockets that listen on all addresses of a host, on one port.
class ListeningSockets {
 public:
  // HOST:PORT, an IPv6 address in brackets; port 0 takes any free one. Unavailable: the address is taken, not of this
  // machine, or no address at all.
  static absl::StatusOr<ListeningSockets> Open(const std::string& address);
  ~ListeningSockets();
  ListeningSockets(ListeningSockets&& other) noexcept;
  ListeningSockets& operator=(ListeningSockets&&) = delete;

  int port() const { return port_; }
  // Whether none but this machine can reach them.
  bool loopback_only() const { return loopback_only_; }
  const std::vector<int>& descriptors() const { return descriptors_; }

 private:
  ListeningSockets() = default;
  // 0, or the errno that says why not.
  int Listen(int family, const void* address, unsigned length);

  std::vector<int> descriptors_;
  int port_ = 0;
  bool loopback_only_ = true;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_LISTENING_SOCKETS_H_
