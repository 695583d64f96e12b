// Normalization of each channel over the rows of a batch.
#ifndef TRAIND_ENGINE_OPS_BATCH_NORMALIZATION_H_
#define TRAIND_ENGINE_OPS_BATCH_NORMALIZATION_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/core/aligned_buffer.h"
#include "engine/ops/op.h"

namespace traind::engine {

struct BatchNormalizationOpConfig {
  int64_t rows = 0;
  int64_t channels = 0;
  float epsilon = 0;
  bool relu = false;  // dst is max(0, normalized): fused, it costs nothing
};

// src, dst and their gradients are [rows, channels], row-major; the rest [channels]. scale and shift may be null (1 and
// 0). While training (diff_dst not null) mean and variance are written, the variance being the biased one; else they
// are read. `mask` keeps which values the fused relu let through, if it has room for it; else the op takes memory for
// that. Backward needs diff_src, diff_scale if there is a scale and diff_shift if there is a shift.
struct BatchNormalizationBuffers {
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
  std::span<float> mask = {};
};

// oneDNN's `batch_normalization` (Ioffe and Szegedy 2015): dst = scale * (src - mean) / sqrt(variance + epsilon) +
// shift.
class BatchNormalizationOp {
 public:
  static absl::StatusOr<BatchNormalizationOp> Create(const OpContext& context, const BatchNormalizationOpConfig& config,
                                                     const BatchNormalizationBuffers& buffers);

  absl::Status Forward() const { return forward_.Run(); }
  absl::Status Backward() const { return backward_.Run(); }

  // Of the passes that were made.
  std::vector<std::string> implementations() const;

 private:
  AlignedBuffer mask_;  // where that of the buffers is too small
  Op forward_;
  Op backward_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPS_BATCH_NORMALIZATION_H_
