// What a WeightUpdate allocates: when it is made what it says, later nothing. Every `new` of the program is counted.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <variant>
#include <vector>

#include "engine/optimizers/weight_update.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {
std::atomic<int64_t> allocations = 0;
std::atomic<int64_t> allocated_bytes = 0;

void* Count(void* memory, std::size_t size) {
  ++allocations;
  allocated_bytes += static_cast<int64_t>(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
}  // namespace

void* operator new(std::size_t size) { return Count(std::malloc(size), size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  void* memory = nullptr;
  return Count(posix_memalign(&memory, static_cast<std::size_t>(alignment), size) == 0 ? memory : nullptr, size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace traind::engine {
namespace {

constexpr int64_t kSize = 70'000;

const std::vector<OptimizerKind>& Kinds() {
  static const std::vector<OptimizerKind> kinds = {SgdSpec{},
                                                   SgdSpec{.momentum = 0.9},
                                                   SgdSpec{.momentum = 0.9, .nesterov = true},
                                                   AdamSpec{},
                                                   AdamSpec{.amsgrad = true},
                                                   AdamWSpec{},
                                                   AdamWSpec{.amsgrad = true},
                                                   NadamSpec{},
                                                   RmspropSpec{},
                                                   RmspropSpec{.momentum = 0.9},
                                                   RmspropSpec{.centered = true},
                                                   RmspropSpec{.momentum = 0.9, .centered = true},
                                                   AdagradSpec{},
                                                   LionSpec{}};
  return kinds;
}

Weights MakeWeights() {
  return {{{.name = "w", .shape = {kSize}, .layout = Layout::RowMajor({kSize}), .regularizer = {.l1 = 1, .l2 = 1}}},
          true};
}

TEST(WeightUpdateMemoryTest, TakesWhatItSays) {
  for (const OptimizerKind& kind : Kinds()) {
    for (const std::optional<double> ema_momentum : {std::optional<double>(), std::optional<double>(0.9)}) {
      const OptimizerSpec spec = {.kind = kind, .ema_momentum = ema_momentum, .learning_rate_schedule = {}};
      Weights weights = MakeWeights();
      const int64_t before = allocated_bytes;
      const WeightUpdate update(spec, weights);
      const int64_t taken = allocated_bytes - before;
      // Beside the arrays there are the optimizer itself and a description of each weight.
      EXPECT_NEAR(static_cast<double>(taken),
                  static_cast<double>(WeightUpdate::bytes(spec, static_cast<int64_t>(weights.trainable().size()))),
                  1000)
          << kind.index();
    }
  }
}

TEST(WeightUpdateMemoryTest, AStepAllocatesNothing) {
  for (const OptimizerKind& kind : Kinds()) {
    for (const int clip : {0, 1, 2, 3}) {
      OptimizerSpec spec = {.kind = kind, .weight_decay = 0.1, .ema_momentum = 0.9, .learning_rate_schedule = {}};
      if (clip == 1) spec.clipvalue = 1;
      if (clip == 2) spec.clipnorm = 1;
      if (clip == 3) spec.global_clipnorm = 1;
      Weights weights = MakeWeights();
      WeightUpdate update(spec, weights);
      const int64_t before = allocations;
      update.Apply(0.01);
      update.SwapAverages();
      update.Penalty();
      EXPECT_EQ(allocations, before);
    }
  }
}

}  // namespace
}  // namespace traind::engine

#endif
