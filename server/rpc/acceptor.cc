#include "server/rpc/acceptor.h"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace traind {
namespace {

constexpr absl::Duration kBackOff = absl::Milliseconds(50);
constexpr absl::Duration kBetweenWarnings = absl::Seconds(10);
// For the database, blobs, uploads, logs and what gRPC needs for itself.
constexpr int64_t kOtherFiles = 512;
constexpr int64_t kLeastConnections = 16;

// The socket behind a descriptor; 0 if there is none.
ino_t SocketOf(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 ? status.st_ino : 0;
}

}  // namespace

Acceptor::Acceptor(ListeningSockets sockets, int64_t max_connections, std::function<void(int)> take)
    : sockets_(std::move(sockets)), max_connections_(max_connections), take_(std::move(take)) {
  thread_ = std::thread([this] { Accept(); });
}

Acceptor::~Acceptor() {
  stopping_ = true;
  // Linux wakes who polls a listening socket when it is shut down.
  for (const int descriptor : sockets_.descriptors()) shutdown(descriptor, SHUT_RDWR);
  thread_.join();
}

void Acceptor::Accept() {
  std::vector<pollfd> sources;
  for (const int descriptor : sockets_.descriptors())
    sources.push_back({.fd = descriptor, .events = POLLIN, .revents = 0});
  while (true) {
    if (poll(sources.data(), sources.size(), -1) < 0) continue;
    if (stopping_) return;
    for (const pollfd& source : sources) {
      if (source.revents != 0) AcceptFrom(source.fd);
    }
  }
}

void Acceptor::AcceptFrom(int listening) {
  const int descriptor = accept4(listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (descriptor >= 0) {
    if (!HasRoom()) {
      close(descriptor);
      return;
    }
    open_[descriptor] = SocketOf(descriptor);
    take_(descriptor);
    return;
  }
  if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
    Warn(absl::StrCat("connections wait: ", std::generic_category().message(errno)));
    absl::SleepFor(kBackOff);
  }
}

// gRPC does not say when a connection ends. A descriptor that names another socket by now, or none, is of one that has.
bool Acceptor::HasRoom() {
  const int64_t most = ConnectionsWithinFileLimit(max_connections_);
  if (static_cast<int64_t>(open_.size()) < most) return true;
  // Under a flood there is no time to look through them all for each.
  if (absl::Now() - looked_ < kBackOff) return false;
  absl::erase_if(open_, [](const auto& entry) { return SocketOf(entry.first) != entry.second; });
  if (static_cast<int64_t>(open_.size()) < most) return true;
  looked_ = absl::Now();
  Warn(absl::StrCat("connections are refused: ", open_.size(),
                    " are open, which is all that --max_connections and the limit of open files allow"));
  return false;
}

void Acceptor::Warn(const std::string& message) {
  if (absl::Now() - warned_ < kBetweenWarnings) return;
  warned_ = absl::Now();
  spdlog::warn("{}", message);
}

int64_t ConnectionsWithinFileLimit(int64_t wanted) {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  return std::min(wanted, std::max(kLeastConnections, static_cast<int64_t>(limit.rlim_cur) - kOtherFiles));
}

}  // namespace traind
