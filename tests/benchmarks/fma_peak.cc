// What the cores can do at most: fused multiply-adds of float32 that wait for nothing but each other. Prints one JSON
// line a number of threads. usage: fma_peak [THREADS...] (1 2)
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <thread>
#include <vector>

#include "engine/core/multiversion.h"

namespace {

// 16 floats: one register of AVX-512; the compiler makes two or four of them where registers are narrower.
using Vector = float __attribute__((vector_size(64)));
constexpr int kLanes = sizeof(Vector) / sizeof(float);
constexpr int kChains = 10;  // independent of each other: more than a core has units times the steps that one takes
constexpr int64_t kRounds = 100'000;
constexpr int kTurns = 4;
constexpr std::chrono::milliseconds kWarmUp(100);
constexpr std::chrono::milliseconds kMeasured(150);

// Never inlined, or it would be compiled as its caller is.
TRAIND_MULTIVERSION __attribute__((noinline)) float MultiplyAndAdd(int64_t rounds, float factor, float summand) {
  const Vector x = Vector{} + factor, y = Vector{} + summand;
  Vector a = x, b = x + 1, c = x + 2, d = x + 3, e = x + 4, f = x + 5, g = x + 6, h = x + 7, i = x + 8, j = x + 9;
  for (int64_t round = 0; round < rounds; ++round) {
    a = a * x + y, b = b * x + y, c = c * x + y, d = d * x + y, e = e * x + y;
    f = f * x + y, g = g * x + y, h = h * x + y, i = i * x + y, j = j * x + y;
  }
  const Vector sum = a + b + c + d + e + f + g + h + i + j;
  float total = 0;
  for (int lane = 0; lane < kLanes; ++lane) total += sum[lane];
  return total;
}

// What one thread does in its time, once the others run, too, each on a core of its own.
double GigaflopsPerSecondOfOne() {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  volatile float kept = 0;
  const auto work_until = [&](Clock::time_point end) {
    int64_t rounds = 0;
    for (; Clock::now() < end; rounds += kRounds) {
      kept = kept + MultiplyAndAdd(kRounds, 0.5f, 1.0f);  // goes towards 2: no overflow, no tiny numbers
    }
    return static_cast<double>(rounds);
  };
  work_until(begin + kWarmUp);
  const Clock::time_point start = Clock::now();
  const double rounds = work_until(begin + kWarmUp + kMeasured);
  const std::chrono::duration<double> seconds = Clock::now() - start;
  return 2e-9 * rounds * kChains * kLanes / seconds.count();
}

// The best of some turns, since what else the machine does can only take away.
double GigaflopsPerSecond(int threads) {
  double best = 0;
  for (int turn = 0; turn < kTurns; ++turn) {
    std::vector<double> speeds(threads);
    {
      std::vector<std::jthread> workers;
      for (double& speed : speeds) workers.emplace_back([&speed] { speed = GigaflopsPerSecondOfOne(); });
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
