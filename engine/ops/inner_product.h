// Matrix products of a dense layer.
#ifndef TRAIND_ENGINE_OPS_INNER_PRODUCT_H_
#define TRAIND_ENGINE_OPS_INNER_PRODUCT_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/core/aligned_buffer.h"
#include "engine/ops/layout.h"
#include "engine/ops/op.h"

namespace traind::engine {

// Shapes: src and its gradient [rows, inputs], dst and its gradient [rows, outputs], row-major; weights and their
// gradient [outputs, inputs] in `weights`; bias and its gradient [outputs].
struct InnerProductConfig {
  int64_t rows = 0;
  int64_t inputs = 0;
  int64_t outputs = 0;
  Layout weights;
  bool bfloat16 = false;  // rounds src, weights and diff_dst to bfloat16 before it multiplies; all else stays float32
};

// What to read and write. A null bias adds none. With diff_dst null there is no backward pass; a pass whose result is
// null is not made. `copies` keeps what was rounded to bfloat16 from a forward pass to the backward ones, if it has
// room for it (see InnerProductCopies); else the op takes memory for that.
struct InnerProductBuffers {
  const float* src = nullptr;
  const float* weights = nullptr;
  const float* bias = nullptr;
  float* dst = nullptr;
  const float* diff_dst = nullptr;
  float* diff_src = nullptr;
  float* diff_weights = nullptr;
  float* diff_bias = nullptr;
  std::span<float> copies = {};
};

// The order of weights that oneDNN multiplies fastest at this number of rows.
absl::StatusOr<Layout> FastestInnerProductWeights(int64_t rows, int64_t inputs, int64_t outputs);

// Floats that the copies of a training take, 0 without bfloat16.
int64_t InnerProductCopies(int64_t rows, int64_t inputs, int64_t outputs, bool bfloat16);

// With oneDNN 3.7, weights of more than 64 outputs that are no multiple of 64 are rounded slowly: a network with such
// layers trains with less gain from bfloat16 there.
//
// oneDNN's `inner_product`: dst = src x transpose(weights) + bias, and its gradients.
class InnerProduct {
 public:
  static absl::StatusOr<InnerProduct> Create(const OpContext& context, const InnerProductConfig& config,
                                             const InnerProductBuffers& buffers);

  absl::Status Forward() const;

  // diff_weights and diff_bias are replaced by the sums over the rows. Comes before BackwardData.
  absl::Status BackwardWeights() const;

  absl::Status BackwardData() const { return backward_data_.Run(); }

  // Of the passes that were made.
  std::vector<std::string> implementations() const;

 private:
  AlignedBuffer copies_;  // where that of the buffers is too small
  Op round_src_;          // these do nothing without bfloat16
  Op round_weights_;
  Op round_diff_dst_;
  Op forward_;
  Op backward_weights_;
  Op backward_data_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPS_INNER_PRODUCT_H_
