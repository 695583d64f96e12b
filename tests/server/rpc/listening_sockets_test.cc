#include "server/rpc/listening_sockets.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace traind {
namespace {

using ::testing::HasSubstr;

bool MachineHasIpv6() {
  const int descriptor = socket(AF_INET6, SOCK_STREAM, 0);
  if (descriptor < 0) return false;
  sockaddr_in6 address = {};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  const bool bound = bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(descriptor);
  return bound;
}

bool Connects(int family, int port) {
  sockaddr_in6 v6 = {};
  v6.sin6_family = AF_INET6;
  v6.sin6_addr = in6addr_loopback;
  v6.sin6_port = htons(static_cast<uint16_t>(port));
  sockaddr_in v4 = {};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  v4.sin_port = v6.sin6_port;
  const int descriptor = socket(family, SOCK_STREAM, 0);
  const bool connected = family == AF_INET6 ? connect(descriptor, reinterpret_cast<sockaddr*>(&v6), sizeof(v6)) == 0
                                            : connect(descriptor, reinterpret_cast<sockaddr*>(&v4), sizeof(v4)) == 0;
  close(descriptor);
  return connected;
}

TEST(ListeningSockets, AnAddressOfIpv4) {
  const auto sockets = ListeningSockets::Open("127.0.0.1:0");
  ASSERT_TRUE(sockets.ok()) << sockets.status();
  EXPECT_EQ(sockets->descriptors().size(), 1u);
  EXPECT_TRUE(Connects(AF_INET, sockets->port()));
  EXPECT_FALSE(Connects(AF_INET6, sockets->port()));
}

TEST(ListeningSockets, AnAddressOfIpv6InBrackets) {
  if (!MachineHasIpv6()) GTEST_SKIP() << "this machine has no IPv6";
  const auto sockets = ListeningSockets::Open("[::1]:0");
  ASSERT_TRUE(sockets.ok()) << sockets.status();
  EXPECT_TRUE(Connects(AF_INET6, sockets->port()));
  EXPECT_FALSE(Connects(AF_INET, sockets->port()));
}

// `::` takes IPv4 too, as Linux does by default.
TEST(ListeningSockets, EveryInterface) {
  const auto v4 = ListeningSockets::Open("0.0.0.0:0");
  ASSERT_TRUE(v4.ok()) << v4.status();
  EXPECT_TRUE(Connects(AF_INET, v4->port()));
  if (!MachineHasIpv6()) GTEST_SKIP() << "this machine has no IPv6";
  const auto both = ListeningSockets::Open("[::]:0");
  ASSERT_TRUE(both.ok()) << both.status();
  EXPECT_TRUE(Connects(AF_INET, both->port()));
  EXPECT_TRUE(Connects(AF_INET6, both->port()));
}

TEST(ListeningSockets, TheAddressesOfANameShareOnePort) {
  const auto sockets = ListeningSockets::Open("localhost:0");
  ASSERT_TRUE(sockets.ok()) << sockets.status();
  EXPECT_TRUE(Connects(AF_INET, sockets->port()));
  EXPECT_EQ(Connects(AF_INET6, sockets->port()), sockets->descriptors().size() == 2);
}

TEST(ListeningSockets, WhatCannotBeListenedOnIsSaid) {
  const auto first = ListeningSockets::Open("127.0.0.1:0");
  ASSERT_TRUE(first.ok()) << first.status();
  const auto taken = ListeningSockets::Open(absl::StrCat("127.0.0.1:", first->port()));
  EXPECT_TRUE(absl::IsUnavailable(taken.status()));
  EXPECT_THAT(std::string(taken.status().message()), HasSubstr("Address already in use; choose another address"));
  // 192.0.2.0/24 is for documentation: no machine has it.
  EXPECT_TRUE(absl::IsUnavailable(ListeningSockets::Open("192.0.2.1:0").status()));
  EXPECT_TRUE(absl::IsUnavailable(ListeningSockets::Open("127.0.0.1:none").status()));
}

}  // namespace
}  // namespace traind
