#include "engine/ops/op.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <dnnl.hpp>

#include "engine/ops/eltwise.h"
#include "engine/ops/inner_product.h"
#include "engine/ops/layout.h"
#include "engine/ops/onednn.h"

namespace {
dnnl_status_t answer = dnnl_success;  // what the next runs of a primitive answer
}

// The program's own definition comes before oneDNN's.
extern "C" dnnl_status_t dnnl_primitive_execute(const_dnnl_primitive_t primitive, dnnl_stream_t stream, int count,
                                                const dnnl_exec_arg_t* arguments) {
  static const auto execute =
      reinterpret_cast<decltype(&dnnl_primitive_execute)>(dlsym(RTLD_NEXT, "dnnl_primitive_execute"));
  return answer == dnnl_success ? execute(primitive, stream, count, arguments) : answer;
}

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

TEST(OpTest, OnlyALackOfMemoryIsResourceExhaustedWhenMaking) {
  const auto make = [](dnnl_status_t status) {
    return onednn::Guarded("an op", [&]() -> absl::Status { throw dnnl::error(status, "told so"); });
  };
  EXPECT_EQ(make(dnnl_out_of_memory).code(), absl::StatusCode::kResourceExhausted);
  for (const dnnl_status_t status : {dnnl_invalid_arguments, dnnl_unimplemented, dnnl_runtime_error}) {
    EXPECT_EQ(make(status).code(), absl::StatusCode::kInternal);
    EXPECT_NE(make(status).message().find("oneDNN cannot make an op: told so"), std::string::npos);
  }
}

TEST(OpTest, OnlyALackOfMemoryIsResourceExhaustedWhenRunning) {
  const OpContext context;
  const float src[] = {-1, 2};
  float dst[2] = {};
  const auto relu = EltwiseOp::Create(context, {.size = 2}, {.src = src, .dst = dst});
  ASSERT_TRUE(relu.ok()) << relu.status();
  answer = dnnl_out_of_memory;
  EXPECT_EQ(relu->Forward().code(), absl::StatusCode::kResourceExhausted);
  answer = dnnl_runtime_error;
  EXPECT_EQ(relu->Forward().code(), absl::StatusCode::kInternal);
  answer = dnnl_success;
  EXPECT_TRUE(relu->Forward().ok());
  EXPECT_EQ(dst[1], 2);
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
