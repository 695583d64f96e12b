// Every method that is served is in the table of what methods ask for, and nothing else is.
#include "server/access/method_access.h"

#include <gtest/gtest.h>

#include "server/rpc/grpc_server.h"

namespace traind {
namespace {

TEST(MethodAccess, EveryMethodServedIsInTheTable) {
  ASSERT_GT(MethodNames().size(), 20);
  for (const std::string& method : MethodNames()) {
    const std::optional<MethodAccess> access = FindMethodAccess(method);
    ASSERT_TRUE(access) << method << " must be added to server/access/method_access.cc";
    EXPECT_TRUE(access->role) << method << " would be open to everybody";
    EXPECT_EQ(access->changes, *access->role != Role::kReader) << method;
  }
}

TEST(MethodAccess, WhatOfOursIsNotInTheTableIsForAdmins) {
  EXPECT_FALSE(FindMethodAccess("/traind.v1.TrainingService/NoSuchMethod"));
  EXPECT_EQ(MethodAccessOf("/traind.v1.TrainingService/NoSuchMethod").role, Role::kAdmin);
  EXPECT_EQ(MethodAccessOf("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo").role, Role::kReader);
}

}  // namespace
}  // namespace traind
