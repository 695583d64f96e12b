#include "server/rpc/listening_sockets.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace traind {
namespace {

absl::Status CannotListen(const std::string& address, const std::string& why) {
  return absl::UnavailableError(absl::StrCat("cannot listen on ", address, ": ", why, "; choose another address"));
}

std::string MessageOf(int error) { return std::generic_category().message(error); }

// An IPv4 or IPv6 address with another port.
sockaddr_storage WithPort(const void* address, unsigned length, int port) {
  sockaddr_storage result = {};
  std::memcpy(&result, address, length);
  // The port lies at the same place in both.
  reinterpret_cast<sockaddr_in*>(&result)->sin_port = htons(static_cast<uint16_t>(port));
  return result;
}

}  // namespace

absl::StatusOr<ListeningSockets> ListeningSockets::Open(const std::string& address) {
  const size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const std::string port = colon == std::string::npos ? "" : address.substr(colon + 1);
  if (const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
    return CannotListen(address, gai_strerror(error));
  }
  ListeningSockets sockets;
  absl::Status status;
  for (const addrinfo* one = found; one != nullptr && status.ok(); one = one->ai_next) {
    status = sockets.Listen(one->ai_family, one->ai_addr, one->ai_addrlen);
  }
  freeaddrinfo(found);
  // A host may have an address of a family that this machine does not use.
  if (sockets.descriptors_.empty()) return CannotListen(address, std::string(status.message()));
  return sockets;
}

absl::Status ListeningSockets::Listen(int family, const void* address, unsigned length) {
  const int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return absl::UnavailableError(MessageOf(errno));
  const int on = 1;
  // A server that is started again need not wait for the connections of the last one to be forgotten.
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  // Connections inherit it: without, the last part of an answer waits 40 ms for the client to confirm the others.
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  sockaddr_storage local = WithPort(address, length, ntohs(static_cast<const sockaddr_in*>(address)->sin_port));
  if (port_ != 0) local = WithPort(address, length, port_);
  socklen_t size = sizeof(local);
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&local), length) != 0 || listen(descriptor, SOMAXCONN) != 0 ||
      getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &size) != 0) {
    const int error = errno;
    close(descriptor);
    return absl::UnavailableError(MessageOf(error));
  }
  port_ = ntohs(reinterpret_cast<const sockaddr_in*>(&local)->sin_port);
  descriptors_.push_back(descriptor);
  return absl::OkStatus();
}

ListeningSockets::~ListeningSockets() {
  for (const int descriptor : descriptors_) close(descriptor);
}

ListeningSockets::ListeningSockets(ListeningSockets&& other) noexcept
    : descriptors_(std::exchange(other.descriptors_, {})), port_(other.port_) {}

}  // namespace traind
