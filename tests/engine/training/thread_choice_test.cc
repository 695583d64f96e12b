#include "engine/training/thread_choice.h"

#include <gtest/gtest.h>

namespace traind::engine {
namespace {

TrainingSpec Hidden(int64_t units, int64_t batch_size) {
  TrainingSpec spec;
  spec.model.layers = {{"", DenseSpec{.units = units}}, {"", DenseSpec{.units = 10}}};
  spec.batch_size = batch_size;
  return spec;
}

TEST(ChooseThreads, SmallStepsTakeOne) {
  EXPECT_EQ(ChooseThreads(Hidden(128, 32), {.rows = 1797, .features = 64, .classes = 10}, 8), 1);
  EXPECT_EQ(ChooseThreads(Hidden(128, 256), {.rows = 1797, .features = 64, .classes = 10}, 8), 1);
}

TEST(ChooseThreads, LargeStepsTakeAllThereAre) {
  EXPECT_EQ(ChooseThreads(Hidden(2048, 1024), {.rows = 100'000, .features = 1024, .classes = 10}, 8), 8);
}

TEST(ChooseThreads, WhatTheSpecSaysIsTaken) {
  TrainingSpec spec = Hidden(128, 32);
  spec.threads = 3;
  EXPECT_EQ(ChooseThreads(spec, {.rows = 1797, .features = 64, .classes = 10}, 2), 3);
}

TEST(ChooseThreads, ABatchIsNoLargerThanTheData) {
  EXPECT_EQ(ChooseThreads(Hidden(2048, 1024), {.rows = 4, .features = 1024, .classes = 10}, 8), 1);
}

}  // namespace
}  // namespace traind::engine
