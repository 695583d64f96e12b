#include "engine/training/step_profile.h"

#include <algorithm>
#include <bit>
#include <span>

namespace traind::engine {

void PhaseTimes::Add(std::chrono::steady_clock::duration duration) {
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
  seconds += 1e-9 * static_cast<double>(nanoseconds);
  // Whole microseconds, rounded up, less one: 0 up to the first bound, then a bit more for each doubling.
  const auto above = static_cast<uint64_t>(std::max<int64_t>(nanoseconds - 1, 0)) / 1000;
  ++counts[std::min<std::size_t>(std::bit_width(above), kBounds)];
}

void StepProfile::VisitState(StateVisitor& visit) {
  if (!asked_for_) return;
  for (PhaseTimes& times : times_) {
    visit("counts", std::span<int64_t>(times.counts));
    visit("seconds", times.seconds);
  }
}

}  // namespace traind::engine
