// Logits to probabilities.
#ifndef TRAIND_ENGINE_OPS_SOFTMAX_H_
#define TRAIND_ENGINE_OPS_SOFTMAX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/ops/op.h"

namespace traind::engine {

// All [rows, columns], row-major. dst may be src, and diff_src may be diff_dst. With diff_src null there is no backward
// pass. dst stays as it is between the passes.
struct SoftmaxBuffers {
  const float* src = nullptr;
  float* dst = nullptr;
  const float* diff_dst = nullptr;
  float* diff_src = nullptr;
};

// oneDNN's `softmax` over each row: dst = exp(src - max) / sum(exp(src - max)), diff_src = dst * (diff_dst -
// sum(diff_dst * dst)). Finite for any finite src.
class SoftmaxOp {
 public:
  static absl::StatusOr<SoftmaxOp> Create(const OpContext& context, int64_t rows, int64_t columns,
                                          const SoftmaxBuffers& buffers);

  absl::Status Forward() const { return forward_.Run(); }
  absl::Status Backward() const { return backward_.Run(); }

  // Of the passes that were made.
  std::vector<std::string> implementations() const;

 private:
  Op forward_;
  Op backward_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPS_SOFTMAX_H_
