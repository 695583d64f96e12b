// Random numbers that are the same on every machine and in every order of use.
#ifndef TRAIND_ENGINE_CORE_RANDOM_H_
#define TRAIND_ENGINE_CORE_RANDOM_H_

#include <array>
#include <cstdint>

namespace traind::engine {

// What a random stream is for. Streams of different uses are independent; the numbers are part of what a seed means,
// so they never change.
enum class RandomUse : uint32_t {
  kInitialWeights = 1,   // index: the layer
  kRowOrder = 2,         // index: the epoch
  kValidationSplit = 3,  // index: 0
  kDropout = 4,          // drawn by layers/step_random.h
  kGaussianNoise = 5,    // so too
};

// Philox's constants: the paper's table 2 and section 4.3.
inline constexpr uint32_t kPhiloxMultiplier0 = 0xD2511F53;
inline constexpr uint32_t kPhiloxMultiplier1 = 0xCD9E8D57;
inline constexpr uint32_t kPhiloxWeyl0 = 0x9E3779B9;
inline constexpr uint32_t kPhiloxWeyl1 = 0xBB67AE85;
inline constexpr int kPhiloxRounds = 10;

// One block of Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): a keyed bijection
// whose values at counters 0, 1, 2, ... are as good as random.
std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

// A stream of random numbers, fixed by (seed, use, index) alone. Counter-based: a stream costs nothing to make, so each
// layer and each epoch has its own, and a run can continue at any epoch without replaying the ones before.
// The std:: distributions are avoided because every standard library computes them in its own way.
class Random {
 public:
  Random(uint64_t seed, RandomUse use, uint32_t index)
      : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
        counter_{0, 0, index, static_cast<uint32_t>(use)} {}

  // Uniform over all 32-bit values.
  uint32_t Bits() {
    if (used_ == block_.size()) NextBlock();
    return block_[used_++];
  }

  // Uniform in [0, bound), without bias (Lemire 2019). `bound` is at least 1.
  uint64_t Below(uint64_t bound);

  // Uniform in [0, 1), a multiple of 2^-24.
  float Uniform() { return static_cast<float>(Bits() >> 8) * 0x1.0p-24f; }

  // Normal with mean 0 and deviation 1 (Box and Muller 1958).
  double Normal();

 private:
  void NextBlock();

  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_ = {};
  std::size_t used_ = 4;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_CORE_RANDOM_H_
