#include "tests/abuse/raw_connections.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace traind::abuse {

RawConnections::RawConnections(const std::string& address) : port_(std::stoi(address.substr(address.rfind(':') + 1))) {}

RawConnections::~RawConnections() {
  for (const int descriptor : descriptors_) close(descriptor);
}

int RawConnections::Open(int count) {
  sockaddr_in server = {};
  server.sin_family = AF_INET;
  server.sin_port = htons(static_cast<uint16_t>(port_));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int opened = 0;
  for (int i = 0; i < count; ++i) {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) break;
    if (connect(descriptor, reinterpret_cast<const sockaddr*>(&server), sizeof(server)) != 0 && errno != EINPROGRESS) {
      close(descriptor);
      continue;
    }
    descriptors_.push_back(descriptor);
    ++opened;
  }
  return opened;
}

bool RawConnections::SendTo(int descriptor, std::string_view bytes) {
  return send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

bool RawConnections::Send(std::string_view bytes) { return SendTo(descriptors_.back(), bytes); }

int RawConnections::SendToAll(std::string_view bytes) {
  return static_cast<int>(std::ranges::count_if(descriptors_, [&](int one) { return SendTo(one, bytes); }));
}

int RawConnections::Closed() const {
  return static_cast<int>(std::ranges::count_if(descriptors_, [](int descriptor) {
    char buffer[4096];
    ssize_t size = 0;
    // gRPC greets before it closes.
    while ((size = recv(descriptor, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0) {
    }
    return size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
  }));
}

}  // namespace traind::abuse
