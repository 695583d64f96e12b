// Connections that are only sockets, and speak no gRPC.
#ifndef TRAIND_TESTS_ABUSE_RAW_CONNECTIONS_H_
#define TRAIND_TESTS_ABUSE_RAW_CONNECTIONS_H_

#include <string>
#include <string_view>
#include <vector>

namespace traind::abuse {

// Closes them at its end.
class RawConnections {
 public:
  // To HOST:PORT on 127.0.0.1.
  explicit RawConnections(const std::string& address);
  ~RawConnections();
  RawConnections(const RawConnections&) = delete;
  RawConnections& operator=(const RawConnections&) = delete;

  // Opens so many more, without waiting for the other side; how many the system let it open.
  int Open(int count);
  // Sends to the last one opened; false if it has been closed by the other side.
  bool Send(std::string_view bytes);
  // Sends to all; how many took it.
  int SendToAll(std::string_view bytes);
  // Of those open, how many the other side has closed.
  int Closed() const;

 private:
  static bool SendTo(int descriptor, std::string_view bytes);

  const int port_;
  std::vector<int> descriptors_;
};

}  // namespace traind::abuse

#endif  // TRAIND_TESTS_ABUSE_RAW_CONNECTIONS_H_
