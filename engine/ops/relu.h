// max(x, 0) for each value.
#ifndef TRAIND_ENGINE_OPS_RELU_H_
#define TRAIND_ENGINE_OPS_RELU_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/ops/op.h"

namespace traind::engine {

// All of the same size. dst may be src, diff_src may be diff_dst. With diff_src null there is no backward pass.
struct ReluBuffers {
  const float* src = nullptr;
  float* dst = nullptr;
  const float* diff_dst = nullptr;
  float* diff_src = nullptr;
};

// oneDNN's `eltwise` with relu: dst = max(src, 0); diff_src = diff_dst where dst > 0, else 0.
class ReluOp {
 public:
  static absl::StatusOr<ReluOp> Create(const OpContext& context, int64_t size, const ReluBuffers& buffers);

  absl::Status Forward() const { return forward_.Run(); }
  absl::Status Backward() const { return backward_.Run(); }

  // Of the passes that were made.
  std::vector<std::string> implementations() const;

 private:
  Op forward_;
  Op backward_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPS_RELU_H_
