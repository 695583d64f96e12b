// A function of each value.
#ifndef TRAIND_ENGINE_OPS_ELTWISE_H_
#define TRAIND_ENGINE_OPS_ELTWISE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/ops/op.h"

namespace traind::engine {

// By oneDNN's names, with its alpha and beta, which are at least 0 where a function keeps src or dst free.
enum class EltwiseFunction {
  kRelu,      // x > 0 ? x : alpha * x
  kElu,       // x > 0 ? x : alpha * (exp(x) - 1)
  kGelu,      // x / 2 * (1 + erf(x / sqrt(2)))
  kSwish,     // x / (1 + exp(-alpha * x))
  kLogistic,  // 1 / (1 + exp(-x))
  kTanh,      // tanh(x)
  kSoftRelu,  // log(1 + exp(x))
  kLinear,    // alpha * x + beta
};

struct EltwiseConfig {
  int64_t size = 0;
  EltwiseFunction function = EltwiseFunction::kRelu;
  float alpha = 0;
  float beta = 0;
};

// All of the same size. dst may be src, and diff_src may be diff_dst. With diff_src null there is no backward pass.
// Between the passes both src and dst stay as they are: which of them a gradient is taken from depends on the function.
struct EltwiseBuffers {
  const float* src = nullptr;
  float* dst = nullptr;
  const float* diff_dst = nullptr;
  float* diff_src = nullptr;
};

// oneDNN's `eltwise`: dst = f(src), diff_src = diff_dst * f'(src). Values and gradients are finite for any src between
// -1e4 and 1e4.
class EltwiseOp {
 public:
  static absl::StatusOr<EltwiseOp> Create(const OpContext& context, const EltwiseConfig& config,
                                          const EltwiseBuffers& buffers);

  absl::Status Forward() const { return forward_.Run(); }
  absl::Status Backward() const { return backward_.Run(); }

  // Of the passes that were made.
  std::vector<std::string> implementations() const;

 private:
  Op forward_;
  Op backward_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPS_ELTWISE_H_
