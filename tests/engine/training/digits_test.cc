// The whole engine on real handwriting.
#include "tests/engine/digits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "engine/data/split.h"
#include "engine/training/predictor.h"
#include "engine/training/trainer.h"
#include "tests/engine/training/recording_observer.h"

namespace traind::engine {
namespace {

class DigitsSeedTest : public testing::TestWithParam<uint64_t> {};

TEST_P(DigitsSeedTest, ReachesTheAccuracyPromisedOnRowsThatWereHeldOut) {
  const Rows digits = LoadDigits();
  TrainingSpec spec = DigitsSpec();
  spec.seed = GetParam();
  auto trainer = Trainer::Create(spec, digits.view(), 1);
  ASSERT_TRUE(trainer.ok()) << trainer.status();
  RecordingObserver observer;
  const auto outcome = (*trainer)->Run(observer, {});
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->end, TrainingOutcome::End::kFinished);
  EXPECT_GE(outcome->metrics.values.at("val_accuracy"), 0.97);
  RecordProperty("val_accuracy", std::to_string(outcome->metrics.values.at("val_accuracy")));
  RecordProperty("seconds", std::to_string(outcome->progress.seconds));
}

INSTANTIATE_TEST_SUITE_P(Seeds, DigitsSeedTest, testing::Values(0, 1, 2, 3, 4));

TEST(DigitsTest, ThePredictorAnswersAsTheTrainerMeasured) {
  const Rows digits = LoadDigits();
  const TrainingSpec spec = DigitsSpec();
  auto trainer = Trainer::Create(spec, digits.view(), 1);
  ASSERT_TRUE(trainer.ok()) << trainer.status();
  RecordingObserver observer;
  const auto outcome = (*trainer)->Run(observer, {});
  ASSERT_TRUE(outcome.ok()) << outcome.status();

  auto predictor = Predictor::Create(spec.model, 64, *(*trainer)->ExportWeights());
  ASSERT_TRUE(predictor.ok()) << predictor.status();
  ASSERT_EQ((*predictor)->outputs(), 10);
  std::vector<float> answers(digits.classes.size() * 10);
  ASSERT_TRUE((*predictor)->Predict(digits.features, answers).ok());

  int right = 0;
  const Split split = SplitRows(digits.view(), spec.validation_split, spec.validation_rows);
  for (const int64_t row : split.validation) {
    const auto begin = answers.begin() + row * 10;
    right += std::max_element(begin, begin + 10) - begin == digits.classes[row];
  }
  EXPECT_DOUBLE_EQ(static_cast<double>(right) / static_cast<double>(split.validation.size()),
                   outcome->metrics.values.at("val_accuracy"));
}

}  // namespace
}  // namespace traind::engine
