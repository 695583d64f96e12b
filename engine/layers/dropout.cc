#include "engine/layers/dropout.h"

#include <algorithm>
#include <cmath>

#include "engine/core/multiversion.h"
#include "engine/core/parallel.h"
#include "engine/layers/identity.h"
#include "engine/layers/step_random.h"

namespace traind::engine {
namespace {

// Values that a chunk of random numbers is for: the first half takes the lower 16 bits of each, the second the upper.
constexpr int64_t kHalf = RandomChunk().size();
constexpr int64_t kChunk = 2 * kHalf;

// About 10 microseconds of work.
constexpr int64_t kGrainChunks = 8;

// Comparing as signed integers as wide as a float keeps this one vector loop; with a byte it takes six times as long.
TRAIND_MULTIVERSION void Drop(int64_t size, const uint32_t* __restrict bits, uint32_t shift, int32_t dropped,
                              float scale, const float* __restrict input, float* __restrict output,
                              unsigned char* __restrict kept) {
  for (int64_t i = 0; i < size; ++i) {
    const int32_t keep = static_cast<int32_t>(bits[i] >> shift & 0xFFFF) >= dropped ? 1 : 0;
    kept[i] = static_cast<unsigned char>(keep);
    output[i] = input[i] * (scale * static_cast<float>(keep));
  }
}

TRAIND_MULTIVERSION void DropGradient(int64_t size, const unsigned char* __restrict kept, float scale,
                                      const float* __restrict output_gradient, float* __restrict input_gradient) {
  for (int64_t i = 0; i < size; ++i) input_gradient[i] = output_gradient[i] * (scale * static_cast<float>(kept[i]));
}

// Which values were kept stays in the workspace, a byte each: reading it takes a small part of the time of drawing
// anew.
class CompiledDropout final : public CompiledLayer {
 public:
  CompiledDropout(int32_t dropped, uint32_t index, int64_t size, const LayerBuffers& buffers)
      : dropped_(dropped),
        index_(index),
        scale_(65'536.0f / static_cast<float>(65'536 - dropped)),
        size_(size),
        buffers_(buffers),
        kept_(reinterpret_cast<unsigned char*>(buffers.workspace.data())) {}

  absl::Status Forward() override {
    ParallelFor((size_ + kChunk - 1) / kChunk, kGrainChunks, [&](int64_t first, int64_t last) {
      RandomChunk bits;
      for (int64_t chunk = first; chunk < last; ++chunk) {
        DrawChunk(*buffers_.clock, RandomUse::kDropout, index_, chunk, bits);
        for (const int64_t half : {0, 1}) {
          const int64_t begin = chunk * kChunk + half * kHalf;
          const int64_t count = std::min(kHalf, size_ - begin);
          Drop(count, bits.data(), half == 0 ? 0 : 16, dropped_, scale_, buffers_.input + begin,
               buffers_.output + begin, kept_ + begin);
        }
      }
    });
    return absl::OkStatus();
  }

  absl::Status Backward() override {
    if (buffers_.input_gradient == nullptr) return absl::OkStatus();
    ParallelFor(size_, kGrainChunks * kChunk, [&](int64_t begin, int64_t end) {
      DropGradient(end - begin, kept_ + begin, scale_, buffers_.output_gradient + begin,
                   buffers_.input_gradient + begin);
    });
    return absl::OkStatus();
  }

  std::vector<std::string> implementations() const override { return {}; }

 private:
  const int32_t dropped_;
  const uint32_t index_;
  const float scale_;
  const int64_t size_;
  const LayerBuffers buffers_;
  unsigned char* const kept_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Layer>> DropoutSpec::Make(const LayerPlace& place) const {
  if (rate == 0) return nullptr;
  return std::make_unique<Dropout>(*this, place);
}

Dropout::Dropout(const DropoutSpec& spec, const LayerPlace& place)
    : dropped_(static_cast<int32_t>(std::clamp(std::round(spec.rate * 65'536), 0.0, 65'535.0))),
      index_(place.index),
      width_(place.inputs) {}

int64_t Dropout::workspace(const LayerUse& use) const {
  constexpr auto kFloat = static_cast<int64_t>(sizeof(float));
  return use.training ? (use.rows * width_ + kFloat - 1) / kFloat : 0;
}

absl::StatusOr<std::unique_ptr<CompiledLayer>> Dropout::Compile(const LayerUse& use,
                                                                const LayerBuffers& buffers) const {
  if (!use.training) return Identity(width_).Compile(use, buffers);
  return std::make_unique<CompiledDropout>(dropped_, index_, use.rows * width_, buffers);
}

}  // namespace traind::engine
