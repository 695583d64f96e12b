#include "engine/ops/op.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/ops/inner_product.h"
#include "engine/ops/layout.h"
#include "engine/ops/relu.h"

namespace traind::engine {
namespace {

TEST(OpTest, ADefaultOneDoesNothing) {
  const Op op;
  EXPECT_TRUE(op.Run().ok());
  EXPECT_EQ(op.implementation(), "");
}

TEST(OpTest, WhatOnednnRefusesIsAStatusNotAnException) {
  EXPECT_EQ(FastestInnerProductWeights(-1, 2, 3).status().code(), absl::StatusCode::kInternal);
}

TEST(OpTest, TellsTheVersionOfTheLibraryThatRuns) {
  EXPECT_TRUE(OnednnLibraryVersion().starts_with("2.") || OnednnLibraryVersion().starts_with("3."));
}

TEST(LayoutTest, KnowsItsSizeAndOrder) {
  EXPECT_EQ(Layout::RowMajor({3, 5}).floats(), 15);
  EXPECT_EQ(Layout::RowMajor({7}).floats(), 7);
}

}  // namespace
}  // namespace traind::engine
