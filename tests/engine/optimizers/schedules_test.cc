// Every schedule: against golden values, over any training, and with a warm-up.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "engine/optimizers/schedule_spec.h"
#include "tests/engine/optimizers/golden.h"

namespace traind::engine {
namespace {

constexpr double kRate = 0.2;
constexpr int64_t kSteps = 30;

// The cases of tests/golden/make_schedules.py.
std::map<std::string, ScheduleSpec> Cases() {
  // PyTorch's patience of 2 is Keras's of 3.
  const ReduceOnPlateauSpec plateau = {.monitor = "loss", .factor = 0.5, .patience = 3, .min_delta = 1e-3};
  ReduceOnPlateauSpec max = plateau;
  max.mode = MonitorMode::kMax;
  ReduceOnPlateauSpec cooldown = plateau;
  cooldown.patience = 2;
  cooldown.cooldown = 3;
  const ReduceOnPlateauSpec least = {
      .monitor = "loss", .factor = 0.1, .patience = 2, .min_delta = 1e-4, .min_learning_rate = 0.001};
  return {
      {"step_decay", {.kind = StepDecaySpec{.step_size = 7, .gamma = 0.5}}},
      {"exponential_decay", {.kind = ExponentialDecaySpec{.decay_steps = 10, .decay_rate = 0.9}}},
      {"exponential_decay_staircase",
       {.kind = ExponentialDecaySpec{.decay_steps = 10, .decay_rate = 0.9, .staircase = true}}},
      {"exponential_decay_all", {.kind = ExponentialDecaySpec{}}},
      {"polynomial_decay", {.kind = PolynomialDecaySpec{.decay_steps = 20, .end_learning_rate = 0.05, .power = 2}}},
      {"polynomial_decay_cycle",
       {.kind = PolynomialDecaySpec{.decay_steps = 7, .end_learning_rate = 0.01, .cycle = true}}},
      {"polynomial_decay_all", {.kind = PolynomialDecaySpec{}}},
      {"cosine_decay", {.kind = CosineDecaySpec{.decay_steps = 20, .alpha = 0.1}}},
      {"cosine_decay_all", {.kind = CosineDecaySpec{}}},
      {"cosine_decay_restarts", {.kind = CosineDecayRestartsSpec{.first_decay_steps = 4}}},
      {"cosine_decay_restarts_lower",
       {.kind = CosineDecayRestartsSpec{.first_decay_steps = 3, .t_mul = 1.5, .m_mul = 0.8, .alpha = 0.1}}},
      {"cosine_decay_restarts_even",
       {.kind = CosineDecayRestartsSpec{.first_decay_steps = 7, .t_mul = 1, .m_mul = 0.5}}},
      {"one_cycle", {.kind = OneCycleSpec{}}},
      {"one_cycle_settings",
       {.kind = OneCycleSpec{.total_steps = 20, .pct_start = 0.45, .div_factor = 10, .final_div_factor = 100}}},
      {"one_cycle_short", {.kind = OneCycleSpec{.total_steps = 3}}},
      {"warmup", {.kind = ConstantSpec{}, .warmup_steps = 8}},
      {"warmup_cosine_decay", {.kind = CosineDecaySpec{}, .warmup_steps = 10}},
      {"reduce_on_plateau", {.kind = plateau}},
      {"reduce_on_plateau_max", {.kind = max}},
      {"reduce_on_plateau_least", {.kind = least}},
      {"reduce_on_plateau_cooldown", {.kind = cooldown}},
  };
}

// What reduce_on_plateau sees in make_schedules.py.
double LossOf(int64_t epoch) {
  constexpr double kLosses[] = {1.0, 0.8, 0.7, 0.7, 0.7, 0.7, 0.69995, 0.6999, 0.5, 0.6, 0.4, 0.5, 0.5, 0.5, 0.5};
  return epoch < 15 ? kLosses[epoch] : 0.4;
}

TEST(SchedulesTest, HaveTheGoldenRates) {
  const Golden golden = ReadGolden("schedules.txt");
  ASSERT_EQ(golden.size(), Cases().size());
  for (const auto& [name, spec] : Cases()) {
    const auto schedule = MakeSchedule(spec, {.learning_rate = kRate, .steps = kSteps});
    const auto& expected = golden.at(name);
    ASSERT_EQ(expected.size(), static_cast<std::size_t>(kSteps));
    const double sign = name == "reduce_on_plateau_max" ? -1 : 1;
    for (int64_t step = 0; step < kSteps; ++step) {
      EXPECT_NEAR(schedule->LearningRate(step), expected[step][0], 1e-9) << name << ", step " << step;
      schedule->EpochEnded({{"loss", sign * LossOf(step)}});
    }
  }
}

TEST(SchedulesTest, AreHarmlessWhateverTheTrainingsLength) {
  for (const auto& [name, spec] : Cases()) {
    for (const int64_t warmup : {0, 1, 5, 1'000'000'000}) {
      for (const int64_t steps : {1, 2, 3, 100}) {
        ScheduleSpec warmed = spec;
        warmed.warmup_steps = warmup;
        const auto schedule = MakeSchedule(warmed, {.learning_rate = kRate, .steps = steps});
        for (const int64_t step : {int64_t{0}, steps - 1, steps, 10 * steps, int64_t{1'000'000'000'000}}) {
          const double rate = schedule->LearningRate(step);
          EXPECT_TRUE(rate >= 0 && rate <= kRate) << name << ", step " << step << " of " << steps << ": " << rate;
        }
      }
    }
  }
}

TEST(SchedulesTest, StepsThatAreNotSetAreThoseAfterTheWarmUp) {
  const auto schedule =
      MakeSchedule({.kind = CosineDecaySpec{}, .warmup_steps = 10}, {.learning_rate = kRate, .steps = 110});
  EXPECT_EQ(schedule->LearningRate(10), kRate);
  EXPECT_NEAR(schedule->LearningRate(60), kRate / 2, 1e-12);
  EXPECT_NEAR(schedule->LearningRate(110), 0, 1e-12);
}

TEST(SchedulesTest, TheWarmUpRisesToWhereTheScheduleBegins) {
  const auto schedule = MakeSchedule({.kind = OneCycleSpec{}, .warmup_steps = 4}, {.learning_rate = 1, .steps = 104});
  for (int64_t step = 0; step < 4; ++step) {
    EXPECT_NEAR(schedule->LearningRate(step), static_cast<double>(step + 1) / 4 / 25, 1e-12);
  }
  EXPECT_NEAR(schedule->LearningRate(4), 1.0 / 25, 1e-12);
}

TEST(SchedulesTest, RestartsAreAtWholeSteps) {
  for (const double t_mul : {2.0, 3.0, 7.0}) {
    const auto schedule = MakeSchedule({.kind = CosineDecayRestartsSpec{.first_decay_steps = 10, .t_mul = t_mul}},
                                       {.learning_rate = 1, .steps = 1});
    int64_t begin = 0;
    int64_t length = 10;
    for (int period = 0; period < 10; ++period) {
      EXPECT_NEAR(schedule->LearningRate(begin), 1, 1e-6) << t_mul << ", period " << period;
      EXPECT_LT(schedule->LearningRate(begin + length - 1), 0.1) << t_mul << ", period " << period;
      begin += length;
      length *= static_cast<int64_t>(t_mul);
    }
  }
}

TEST(ReduceOnPlateauTest, AFigureThatIsNoNumberIsNotBetterAndAnEpochWithoutItDoesNotCount) {
  const ReduceOnPlateauSpec spec = {.monitor = "val_loss", .factor = 0.5, .patience = 2};
  const auto schedule = MakeSchedule({.kind = spec}, {.learning_rate = 1, .steps = 10});
  schedule->EpochEnded({{"val_loss", 1.0}});
  for (int epoch = 0; epoch < 5; ++epoch) schedule->EpochEnded({{"loss", 0.5}});
  schedule->EpochEnded({{"val_loss", std::numeric_limits<double>::quiet_NaN()}});
  EXPECT_EQ(schedule->LearningRate(0), 1);
  schedule->EpochEnded({{"val_loss", std::numeric_limits<double>::quiet_NaN()}});
  EXPECT_EQ(schedule->LearningRate(0), 0.5);
}

TEST(ReduceOnPlateauTest, KnowsWhichFiguresAreBetterWhenLarger) {
  const ReduceOnPlateauSpec spec = {.monitor = "val_accuracy", .factor = 0.5, .patience = 1};
  const auto schedule = MakeSchedule({.kind = spec, .warmup_steps = 1}, {.learning_rate = 1, .steps = 10});
  for (const double accuracy : {0.5, 0.6, 0.7}) schedule->EpochEnded({{"val_accuracy", accuracy}});
  EXPECT_EQ(schedule->LearningRate(3), 1);
  schedule->EpochEnded({{"val_accuracy", 0.6}});
  EXPECT_EQ(schedule->LearningRate(3), 0.5);
}

}  // namespace
}  // namespace traind::engine
