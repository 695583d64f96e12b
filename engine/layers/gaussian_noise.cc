#include "engine/layers/gaussian_noise.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "engine/core/multiversion.h"
#include "engine/core/parallel.h"
#include "engine/layers/identity.h"
#include "engine/layers/step_random.h"

namespace traind::engine {
namespace {

constexpr int64_t kChunk = RandomChunk().size();
constexpr int64_t kHalf = kChunk / 2;

// About 10 microseconds of work.
constexpr int64_t kGrainChunks = 8;

// Box and Muller 1958: sqrt(-2 log(u)) * (cos(2 pi v), sin(2 pi v)) are two independent normal numbers. The functions
// are written out, to some 1e-7, because calls to the standard library's cannot be vectorized.
TRAIND_MULTIVERSION void FillNormal(const uint32_t* __restrict bits, float deviation, float* __restrict normal) {
  for (int64_t i = 0; i < kHalf; ++i) {
    // u in (0, 1], as m * 2^exponent with m between the roots of 1/2 and 2.
    const float u = (static_cast<float>(static_cast<int32_t>(bits[i] >> 1)) + 0.5f) * 0x1p-31f;
    const auto u_bits = std::bit_cast<int32_t>(u);
    const int32_t exponent = (u_bits - std::bit_cast<int32_t>(std::numbers::sqrt2_v<float> / 2)) >> 23;
    const auto m = std::bit_cast<float>(u_bits - exponent * (1 << 23));
    // log(m) = 2 artanh(s)
    const float s = (m - 1) / (m + 1);
    const float s2 = s * s;
    const float artanh = s * (1 + s2 * (1.0f / 3 + s2 * (1.0f / 5 + s2 * (1.0f / 7 + s2 * (1.0f / 9)))));
    const float log = 2 * artanh + static_cast<float>(exponent) * std::numbers::ln2_v<float>;
    const float radius = deviation * std::sqrt(-2 * log);

    // A full turn is 2^32: a quarter, and an angle between -1/8 and 1/8 of a turn from there.
    const uint32_t turn = bits[kHalf + i];
    const uint32_t quarter = (turn + (1u << 29)) >> 30;
    const auto rest = static_cast<int32_t>(turn - (quarter << 30));
    const float x = static_cast<float>(rest) * (std::numbers::pi_v<float> * 0x1p-31f);
    const float x2 = x * x;
    const float sine = x * (1 + x2 * (-1.0f / 6 + x2 * (1.0f / 120 + x2 * (-1.0f / 5'040 + x2 * (1.0f / 362'880)))));
    const float cosine = 1 + x2 * (-1.0f / 2 + x2 * (1.0f / 24 + x2 * (-1.0f / 720 + x2 * (1.0f / 40'320))));
    const bool odd = (quarter & 1) != 0;
    const float real = odd ? -sine : cosine;
    const float imaginary = odd ? cosine : sine;
    const float signed_radius = (quarter & 2) != 0 ? -radius : radius;
    normal[i] = signed_radius * real;
    normal[kHalf + i] = signed_radius * imaginary;
  }
}

TRAIND_MULTIVERSION void Add(int64_t size, const float* __restrict noise, const float* __restrict input,
                             float* __restrict output) {
  for (int64_t i = 0; i < size; ++i) output[i] = input[i] + noise[i];
}

class CompiledNoise final : public CompiledLayer {
 public:
  CompiledNoise(float stddev, uint32_t index, int64_t size, const LayerBuffers& buffers)
      : stddev_(stddev), index_(index), size_(size), buffers_(buffers) {}

  absl::Status Forward() override {
    ParallelFor((size_ + kChunk - 1) / kChunk, kGrainChunks, [&](int64_t first, int64_t last) {
      RandomChunk bits;
      std::array<float, kChunk> noise;
      for (int64_t chunk = first; chunk < last; ++chunk) {
        DrawChunk(*buffers_.clock, RandomUse::kGaussianNoise, index_, chunk, bits);
        FillNormal(bits.data(), stddev_, noise.data());
        const int64_t begin = chunk * kChunk;
        Add(std::min(kChunk, size_ - begin), noise.data(), buffers_.input + begin, buffers_.output + begin);
      }
    });
    return absl::OkStatus();
  }

  absl::Status Backward() override {
    if (buffers_.input_gradient != nullptr) std::copy_n(buffers_.output_gradient, size_, buffers_.input_gradient);
    return absl::OkStatus();
  }

  std::vector<std::string> implementations() const override { return {}; }

 private:
  const float stddev_;
  const uint32_t index_;
  const int64_t size_;
  const LayerBuffers buffers_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Layer>> GaussianNoiseSpec::Make(const LayerPlace& place) const {
  if (stddev == 0) return nullptr;
  return std::make_unique<GaussianNoise>(*this, place);
}

absl::StatusOr<std::unique_ptr<CompiledLayer>> GaussianNoise::Compile(const LayerUse& use,
                                                                      const LayerBuffers& buffers) const {
  if (!use.training) return Identity(width_).Compile(use, buffers);
  return std::make_unique<CompiledNoise>(stddev_, index_, use.rows * width_, buffers);
}

}  // namespace traind::engine
