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

// Whether the next address of a host is worth a try: this one is in use now (0), or of a family that this machine has
// not.
bool MayGoOn(int error) { return error == 0 || error == EAFNOSUPPORT || error == EADDRNOTAVAIL; }

// It lies at the same place in addresses of IPv4 and IPv6.
in_port_t& PortOf(sockaddr_storage& address) { return reinterpret_cast<sockaddr_in*>(&address)->sin_port; }

bool IsLoopback(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    return ntohl(reinterpret_cast<const sockaddr_in*>(&address)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
  }
  return address.ss_family == AF_INET6 &&
         IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr);
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
  int failed = 0;
  for (const addrinfo* one = found; one != nullptr && MayGoOn(failed); one = one->ai_next) {
    failed = sockets.Listen(one->ai_family, one->ai_addr, one->ai_addrlen);
  }
  freeaddrinfo(found);
  if (!MayGoOn(failed) || sockets.descriptors_.empty()) {
    return CannotListen(address, std::generic_category().message(failed));
  }
  return sockets;
}

int ListeningSockets::Listen(int family, const void* address, unsigned length) {
  const int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return errno;
  const int on = 1;
  // A server that is started again need not wait for the connections of the last one to be forgotten.
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  // Connections inherit it: without, the last part of an answer waits 40 ms for the client to confirm the others.
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  sockaddr_storage local = {};
  std::memcpy(&local, address, length);
  if (port_ != 0) PortOf(local) = htons(static_cast<uint16_t>(port_));
  socklen_t size = sizeof(local);
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&local), length) != 0 || listen(descriptor, SOMAXCONN) != 0 ||
      getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &size) != 0) {
    const int error = errno;
    close(descriptor);
    return error;
  }
  port_ = ntohs(PortOf(local));
  loopback_only_ = loopback_only_ && IsLoopback(local);
  descriptors_.push_back(descriptor);
  return 0;
}

ListeningSockets::~ListeningSockets() {
  for (const int descriptor : descriptors_) close(descriptor);
}

ListeningSockets::ListeningSockets(ListeningSockets&& other) noexcept
    : descriptors_(std::exchange(other.descriptors_, {})), port_(other.port_), loopback_only_(other.loopback_only_) {}

}  // namespace traind
