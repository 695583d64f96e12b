#include "client/cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "absl/strings/str_split.h"
#include "client/cli/table.h"

namespace traind::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

v1::TrainingProgress Progress(int epoch, int epochs) {
  v1::TrainingProgress progress;
  progress.set_epoch(epoch);
  progress.set_epochs(epochs);
  progress.set_step(epoch * 10);
  progress.set_steps(epochs * 10);
  progress.set_samples_per_second(70'000);
  (*progress.mutable_metrics())["loss"] = 0.25;
  (*progress.mutable_metrics())["accuracy"] = 0.9;
  (*progress.mutable_metrics())["val_loss"] = 0.5;
  (*progress.mutable_metrics())["val_accuracy"] = 0.8;
  return progress;
}

v1::TrainingEvent EpochEnded(int epoch, int epochs, int64_t milliseconds) {
  v1::TrainingEvent event;
  event.mutable_event_time()->set_seconds(milliseconds / 1000);
  event.mutable_event_time()->set_nanos(static_cast<int32_t>(milliseconds % 1000 * 1'000'000));
  event.mutable_epoch_ended()->set_epoch(epoch);
  *event.mutable_epoch_ended()->mutable_progress() = Progress(epoch, epochs);
  return event;
}

v1::TrainingEvent Running(int64_t seconds) {
  v1::TrainingEvent event;
  event.mutable_event_time()->set_seconds(seconds);
  event.mutable_state_changed()->set_state(v1::TrainingJob::RUNNING);
  return event;
}

TEST(ProgressTest, TheBarFillsItsWidth) {
  std::string line = ProgressBar(Progress(5, 20), absl::Seconds(12.4), 140, {.utf8 = true});
  EXPECT_EQ(line,
            "epoch  5/20 ▕███████▌                      ▏  25%  loss 0.2500  accuracy 0.9000  val_accuracy 0.8000  "
            "70.0k samples/s  12s left");
}

TEST(ProgressTest, WithoutAnAccuracyTheBarShowsTheValidationLoss) {
  v1::TrainingProgress progress = Progress(5, 20);
  progress.mutable_metrics()->erase("accuracy");
  progress.mutable_metrics()->erase("val_accuracy");
  EXPECT_THAT(ProgressBar(progress, std::nullopt, 140, {}), HasSubstr("loss 0.2500  val_loss 0.5000  70.0k samples/s"));
}

TEST(ProgressTest, AnAsciiLocaleGetsAnAsciiBar) {
  EXPECT_THAT(ProgressBar(Progress(10, 20), std::nullopt, 140, {}), HasSubstr("[###############               ]  50%"));
}

TEST(ProgressTest, NeverExceedsTheWidthAndKeepsTheLossLongest) {
  for (int width = 0; width < 150; ++width) {
    std::string line = ProgressBar(Progress(5, 20), absl::Seconds(12), width, {.utf8 = true});
    EXPECT_LE(DisplayWidth(line), static_cast<size_t>(width)) << line;
  }
  std::string narrow = ProgressBar(Progress(5, 20), absl::Seconds(12), 50, {});
  EXPECT_THAT(narrow, HasSubstr("loss 0.2500"));
  EXPECT_THAT(narrow, Not(HasSubstr("samples/s")));
}

TEST(ProgressTest, ColoursOnlyWhenWelcome) {
  EXPECT_THAT(ProgressBar(Progress(5, 20), std::nullopt, 100, {.color = true}), HasSubstr("\x1b[32m"));
  EXPECT_THAT(ProgressBar(Progress(5, 20), std::nullopt, 100, {}), Not(HasSubstr("\x1b")));
}

TEST(ProgressTest, ALineHasAllMetrics) {
  EXPECT_EQ(ProgressLine(Progress(5, 20), absl::Milliseconds(850)),
            "epoch  5/20  loss 0.2500  accuracy 0.9000  val_loss 0.5000  val_accuracy 0.8000  70.0k samples/s  "
            "850ms left");
}

TEST(ProgressDisplayTest, PrintsALineAnEpochWithTheTimeLeft) {
  std::ostringstream out;
  ProgressDisplay display(out, {}, [] { return 80; });
  display.Show(Running(100));
  display.Show(EpochEnded(1, 4, 110'000));
  display.Show(EpochEnded(2, 4, 120'000));
  display.Close();
  std::vector<std::string> lines = absl::StrSplit(out.str(), '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 3);
  EXPECT_EQ(lines[0], "RUNNING");
  EXPECT_THAT(lines[1], HasSubstr("30s left"));
  EXPECT_THAT(lines[2], HasSubstr("20s left"));
}

TEST(ProgressDisplayTest, PrintsAtMostTwentyLinesASecondAndAlwaysTheLastEpoch) {
  std::ostringstream out;
  ProgressDisplay display(out, {}, [] { return 80; });
  for (int epoch = 1; epoch <= 1000; ++epoch) display.Show(EpochEnded(epoch, 1000, epoch));
  display.Close();
  std::vector<std::string> lines = absl::StrSplit(out.str(), '\n', absl::SkipEmpty());
  EXPECT_LE(lines.size(), 21);
  EXPECT_GE(lines.size(), 19);
  EXPECT_THAT(lines.front(), HasSubstr("epoch    1/1000"));
  EXPECT_THAT(lines.back(), HasSubstr("epoch 1000/1000"));
}

TEST(ProgressDisplayTest, ShowsTheLastEpochOfATrainingThatEndedEarlyOnce) {
  std::ostringstream out;
  ProgressDisplay display(out, {}, [] { return 80; });
  for (int epoch = 1; epoch <= 3; ++epoch) display.Show(EpochEnded(epoch, 1000, epoch));
  display.Close();
  display.Close();
  std::vector<std::string> lines = absl::StrSplit(out.str(), '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 2);
  EXPECT_THAT(lines[1], AllOf(HasSubstr("epoch    3/1000"), Not(HasSubstr("left"))));
}

TEST(ProgressDisplayTest, RedrawsOneLineOnATerminal) {
  std::ostringstream out;
  ProgressDisplay display(out, {.redraws = true}, [] { return 80; });
  for (int epoch = 1; epoch <= 3; ++epoch) display.Show(EpochEnded(epoch, 3, epoch));
  display.Close();
  std::string text = out.str();
  EXPECT_EQ(std::ranges::count(text, '\r'), 3);
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
}

}  // namespace
}  // namespace traind::client
