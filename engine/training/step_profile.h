// Where the time of training steps goes.
#ifndef TRAIND_ENGINE_TRAINING_STEP_PROFILE_H_
#define TRAIND_ENGINE_TRAINING_STEP_PROFILE_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "engine/core/state_visitor.h"

namespace traind::engine {

// What a step does, in this order.
enum class StepPhase {
  kGather,    // the batch's rows, side by side
  kForward,   // the layers
  kLoss,      // its gradient too, and the metrics
  kBackward,  // the layers
  kUpdate     // of the weights
};
inline constexpr std::array<const char*, 5> kStepPhaseNames = {"gather", "forward", "loss", "backward", "update"};

// How long the phase of a step took, over all steps: a histogram and its sum.
struct PhaseTimes {
  // Bucket i counts the steps in which it took at most UpperBound(i) and more than that of the bucket before; the last
  // counts all that took longer.
  static constexpr std::size_t kBounds = 24;
  // 1, 2, 4, ... microseconds, up to 8 seconds.
  static constexpr double UpperBound(std::size_t bound) { return 1e-6 * static_cast<double>(int64_t{1} << bound); }

  std::array<int64_t, kBounds + 1> counts = {};
  double seconds = 0;

  void Add(std::chrono::steady_clock::duration duration);
};

// By StepPhase.
using StepTimes = std::array<PhaseTimes, kStepPhaseNames.size()>;

// Times the phases of each step by the clock between them. Allocates nothing; not asked for, it looks at no clock.
// Thread-compatible.
class StepProfile {
 public:
  explicit StepProfile(bool asked_for) : asked_for_(asked_for) {}

  // A step begins.
  void Start() {
    if (asked_for_) last_ = std::chrono::steady_clock::now();
  }
  // The phase that began with Start, or with the end of the phase before, ends.
  void End(StepPhase phase) {
    if (!asked_for_) return;
    const auto now = std::chrono::steady_clock::now();
    times_[static_cast<std::size_t>(phase)].Add(now - last_);
    last_ = now;
  }

  const StepTimes& times() const { return times_; }

  void VisitState(StateVisitor& visit);

 private:
  const bool asked_for_;
  std::chrono::steady_clock::time_point last_;
  StepTimes times_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_STEP_PROFILE_H_
