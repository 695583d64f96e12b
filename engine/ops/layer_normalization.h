// Normalization of each row of a batch.
#ifndef TRAIND_ENGINE_OPS_LAYER_NORMALIZATION_H_
#define TRAIND_ENGINE_OPS_LAYER_NORMALIZATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/ops/op.h"

namespace traind::engine {

struct LayerNormalizationOpConfig {
  int64_t rows = 0;
  int64_t width = 0;
  float epsilon = 0;
};

// src, dst and their gradients are [rows, width], row-major; scale, shift and their gradients [width]; mean and
// variance (the biased one) [rows]. scale and shift may be null (1 and 0). While training (diff_dst not null) mean and
// variance are written forward and read backward, and diff_src is needed, diff_scale if there is a scale and diff_shift
// if there is a shift.
struct LayerNormalizationBuffers {
  const float* src = nullptr;
  const float* scale = nullptr;
  const float* shift = nullptr;
  float* mean = nullptr;
  float* variance = nullptr;
  float* dst = nullptr;
  const float* diff_dst = nullptr;
  float* diff_src = nullptr;
  float* diff_scale = nullptr;
  float* diff_shift = nullptr;
};

// oneDNN's `layer_normalization` (Ba et al. 2016): dst = scale * (src - mean) / sqrt(variance + epsilon) + shift, with
// the mean and variance of each row.
class LayerNormalizationOp {
 public:
  static absl::StatusOr<LayerNormalizationOp> Create(const OpContext& context, const LayerNormalizationOpConfig& config,
                                                     const LayerNormalizationBuffers& buffers);

  absl::Status Forward() const { return forward_.Run(); }
  absl::Status Backward() const { return backward_.Run(); }

  // Of the passes that were made.
  std::vector<std::string> implementations() const;

 private:
  Op forward_;
  Op backward_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPS_LAYER_NORMALIZATION_H_
