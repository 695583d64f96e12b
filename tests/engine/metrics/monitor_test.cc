#include "engine/metrics/monitor.h"

#include <gtest/gtest.h>

#include <limits>

namespace traind::engine {
namespace {

TEST(MonitorTest, KnowsTheBestSoFar) {
  Monitor monitor("val_loss", MonitorMode::kAuto, /*min_delta=*/0.1);
  EXPECT_TRUE(monitor.Improves({{"val_loss", 5}, {"loss", 1}}));
  EXPECT_FALSE(monitor.Improves({{"val_loss", 4.95}}));
  EXPECT_TRUE(monitor.Improves({{"val_loss", 4.8}}));
  EXPECT_FALSE(monitor.Improves({{"val_loss", 5}}));
  EXPECT_FALSE(monitor.Improves({{"loss", 0}}));
  EXPECT_FALSE(monitor.Improves({{"val_loss", std::numeric_limits<double>::quiet_NaN()}}));
  EXPECT_TRUE(monitor.Improves({{"val_loss", 4}}));
}

TEST(MonitorTest, KnowsWhichFiguresAreBetterWhenLarger) {
  for (const char* figure : {"accuracy", "val_accuracy"}) {
    Monitor monitor(figure, MonitorMode::kAuto, 0);
    EXPECT_TRUE(monitor.Improves({{figure, 0.5}}));
    EXPECT_TRUE(monitor.Improves({{figure, 0.6}}));
    EXPECT_FALSE(monitor.Improves({{figure, 0.6}}));
  }
  Monitor loss("loss", MonitorMode::kAuto, 0);
  EXPECT_TRUE(loss.Improves({{"loss", 0.5}}));
  EXPECT_FALSE(loss.Improves({{"loss", 0.6}}));
}

TEST(MonitorTest, IsToldOtherwise) {
  Monitor max("loss", MonitorMode::kMax, 0);
  EXPECT_TRUE(max.Improves({{"loss", 0.5}}));
  EXPECT_TRUE(max.Improves({{"loss", 0.6}}));
  Monitor min("accuracy", MonitorMode::kMin, 0);
  EXPECT_TRUE(min.Improves({{"accuracy", 0.5}}));
  EXPECT_FALSE(min.Improves({{"accuracy", 0.6}}));
}

}  // namespace
}  // namespace traind::engine
