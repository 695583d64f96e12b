// What the cores can do at most: fused multiply-adds of float32 that wait for nothing but each other. Prints one JSON
// line a number of threads. Elsewhere than on AVX-512 and AVX2 with FMA, multiplications and additions of their own.
// usage: fma_peak [THREADS...] (1 2)
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <thread>
#include <vector>

namespace {

constexpr int64_t kRounds = 100'000;
constexpr int kTurns = 4;
constexpr std::chrono::milliseconds kWarmUp(100);
constexpr std::chrono::milliseconds kMeasured(150);

// Chains of multiply-adds that do not depend on each other: more than a core has units times the steps that one takes,
// and as many as leave room in the registers for the factor and the summand. Returns what they add up to.
template <typename Vector, int chains>
inline __attribute__((always_inline)) float Chains(int64_t rounds, float factor, float summand) {
  const Vector x = Vector{} + factor, y = Vector{} + summand;
  Vector values[chains];
  for (int chain = 0; chain < chains; ++chain) values[chain] = x + static_cast<float>(chain);
  for (int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 16
    for (int chain = 0; chain < chains; ++chain) values[chain] = values[chain] * x + y;
  }
  Vector sum = y;
  for (int chain = 0; chain < chains; ++chain) sum += values[chain];
  float total = 0;
  for (std::size_t lane = 0; lane < sizeof(Vector) / sizeof(float); ++lane) total += sum[lane];
  return total;
}

// A loop for each set of instructions. None is inlined, or it would be compiled as its caller is.
struct Plain {
  using Vector = float __attribute__((vector_size(16)));
  static constexpr int kChains = 12;
  __attribute__((noinline)) static float MultiplyAndAdd(int64_t rounds, float factor, float summand) {
    return Chains<Vector, kChains>(rounds, factor, summand);
  }
};
#if defined(__x86_64__)
struct Avx2 {  // 16 registers of 32 bytes
  using Vector = float __attribute__((vector_size(32)));
  static constexpr int kChains = 12;
  __attribute__((noinline, target("avx2,fma"))) static float MultiplyAndAdd(int64_t rounds, float factor,
                                                                            float summand) {
    return Chains<Vector, kChains>(rounds, factor, summand);
  }
};
struct Avx512 {  // 32 registers of 64 bytes
  using Vector = float __attribute__((vector_size(64)));
  static constexpr int kChains = 12;
  __attribute__((noinline, target("avx512f"))) static float MultiplyAndAdd(int64_t rounds, float factor,
                                                                           float summand) {
    return Chains<Vector, kChains>(rounds, factor, summand);
  }
};
#endif

// What one thread does in its time, once the others run, too, each on a core of its own.
template <typename Loop>
double GigaflopsPerSecondOfOne() {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  volatile float kept = 0;
  const auto work_until = [&](Clock::time_point end) {
    int64_t rounds = 0;
    for (; Clock::now() < end; rounds += kRounds) {
      kept = kept + Loop::MultiplyAndAdd(kRounds, 0.5f, 1.0f);  // goes towards 2: no overflow, no tiny numbers
    }
    return static_cast<double>(rounds);
  };
  work_until(begin + kWarmUp);
  const Clock::time_point start = Clock::now();
  const double rounds = work_until(begin + kWarmUp + kMeasured);
  const std::chrono::duration<double> seconds = Clock::now() - start;
  constexpr int kLanes = sizeof(typename Loop::Vector) / sizeof(float);
  return 2e-9 * rounds * Loop::kChains * kLanes / seconds.count();
}

double BestGigaflopsPerSecondOfOne() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return GigaflopsPerSecondOfOne<Avx512>();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return GigaflopsPerSecondOfOne<Avx2>();
#endif
  return GigaflopsPerSecondOfOne<Plain>();
}

// The best of some turns, since what else the machine does can only take away.
double GigaflopsPerSecond(int threads) {
  double best = 0;
  for (int turn = 0; turn < kTurns; ++turn) {
    std::vector<double> speeds(threads);
    {
      std::vector<std::jthread> workers;
      for (double& speed : speeds) workers.emplace_back([&speed] { speed = BestGigaflopsPerSecondOfOne(); });
    }
    best = std::max(best, std::accumulate(speeds.begin(), speeds.end(), 0.0));
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<int> counts;
  for (int i = 1; i < argc; ++i) counts.push_back(std::clamp(std::atoi(argv[i]), 1, 1024));
  if (counts.empty()) counts = {1, 2};
  for (const int threads : counts) {
    std::printf(R"({"who": "FMA peak", "threads": %d, "gflops": %.1f})"
                "\n",
                threads, GigaflopsPerSecond(threads));
  }
}
