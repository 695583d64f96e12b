#include "engine/training/step_profile.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/engine/training/small_network.h"

namespace traind::engine {
namespace {

using std::chrono::nanoseconds;

int64_t CountOf(const PhaseTimes& times) {
  return std::accumulate(times.counts.begin(), times.counts.end(), int64_t{0});
}

TEST(PhaseTimes, ABucketHoldsWhatTookAtMostItsBound) {
  for (std::size_t bound = 0; bound < PhaseTimes::kBounds; ++bound) {
    const auto exactly = nanoseconds(int64_t{1000} << bound);
    EXPECT_DOUBLE_EQ(PhaseTimes::UpperBound(bound), std::chrono::duration<double>(exactly).count());
    PhaseTimes times;
    times.Add(exactly);
    times.Add(exactly + nanoseconds(1));
    EXPECT_EQ(times.counts[bound], 1) << bound;
    EXPECT_EQ(times.counts[bound + 1], 1) << bound;
  }
}

TEST(PhaseTimes, AddsUp) {
  PhaseTimes times;
  times.Add(nanoseconds(0));
  times.Add(nanoseconds(500));
  times.Add(std::chrono::hours(1));
  EXPECT_EQ(times.counts.front(), 2);
  EXPECT_EQ(times.counts.back(), 1);
  EXPECT_DOUBLE_EQ(times.seconds, 3600 + 500e-9);
}

TEST(StepProfile, EveryStepHasEveryPhase) {
  TrainingSpec spec = SmallSpec();
  spec.profile = true;
  const Rows rows = SmallRows(40);
  auto trainer = Trainer::Create(spec, rows.view(), 1);
  ASSERT_TRUE(trainer.ok()) << trainer.status();
  RecordingObserver observer;
  const auto outcome = (*trainer)->Run(observer, {});
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_NE(outcome->progress.times, nullptr);
  double seconds = 0;
  for (const PhaseTimes& times : *outcome->progress.times) {
    EXPECT_EQ(CountOf(times), outcome->progress.steps);
    EXPECT_GT(times.seconds, 0);
    seconds += times.seconds;
  }
  EXPECT_LE(seconds, outcome->progress.seconds);
  EXPECT_EQ(observer.steps.front().times, outcome->progress.times);
}

TEST(StepProfile, NotAskedForThereIsNone) {
  EXPECT_EQ(Train(SmallSpec(), SmallRows(40)).outcome.progress.times, nullptr);
  StepProfile profile(false);
  profile.Start();
  profile.End(StepPhase::kLoss);
  EXPECT_EQ(CountOf(profile.times()[static_cast<std::size_t>(StepPhase::kLoss)]), 0);
}

}  // namespace
}  // namespace traind::engine
