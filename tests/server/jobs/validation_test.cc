// What a run measures: on a second dataset, and until it ends early.
#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/jobs/scheduler.h"
#include "tests/server/jobs/jobs_fixture.h"

namespace traind {
namespace {

class ValidationTest : public JobsFixture {
 protected:
  // The digits from row 1400 on, whose classes have these names, `0` to `9` in some order.
  void PublishLater(const std::string& id, const std::vector<std::string>& class_names) {
    const engine::Rows digits = engine::LoadDigits();
    DatasetRecord record = dataset_;
    record.id = id;
    record.class_names = class_names;
    std::vector<int32_t> labels;
    for (size_t row = 1400; row < digits.classes.size(); ++row) {
      const auto found = std::find(class_names.begin(), class_names.end(), std::to_string(digits.classes[row]));
      labels.push_back(static_cast<int32_t>(found - class_names.begin()));
    }
    record.rows = static_cast<int64_t>(labels.size());
    record.sha256 = std::string(64, 'e');
    const std::vector<float> features(digits.features.begin() + 1400 * 64, digits.features.end());
    ASSERT_TRUE(Publish(record, {Bytes(features), Bytes(labels)}).ok());
  }

  JobRecord Train(const std::string& id, const std::string& validation, engine::TrainingSpec spec) {
    decode_ = [spec](const std::string&) { return spec; };
    JobRecord job;
    job.id = id;
    job.dataset_id = "digits";
    job.validation_dataset_id = validation;
    job.spec_json = "{}";
    EXPECT_TRUE(scheduler_->Submit(job).ok());
    job = WaitForEnd(id);
    EXPECT_EQ(job.state, JobState::kSucceeded) << (job.error ? job.error->message : "");
    return job;
  }

  static engine::TrainingSpec Spec() {
    engine::TrainingSpec spec = engine::DigitsSpec();
    spec.validation_split = 0;
    spec.epochs = 2;
    return spec;
  }
};

TEST_F(ValidationTest, ASecondDatasetIsMeasuredByTheNamesOfItsClasses) {
  PublishLater("later", dataset_.class_names);
  PublishLater("reversed", {dataset_.class_names.rbegin(), dataset_.class_names.rend()});
  StartScheduler();
  const JobRecord same = Train("same", "later", Spec());
  const JobRecord reversed = Train("reversed", "reversed", Spec());
  ASSERT_TRUE(same.result && reversed.result);
  ASSERT_EQ(same.result->metrics.count("val_accuracy"), 1u);
  EXPECT_GT(same.result->metrics.at("val_accuracy"), 0.8);
  EXPECT_EQ(reversed.result->metrics, same.result->metrics);
  EXPECT_EQ(models_->Get("same")->validation_dataset_id, "later");
  EXPECT_EQ(models_->Get("same")->validation_dataset_sha256, std::string(64, 'e'));
}

TEST_F(ValidationTest, WithoutOneNothingIsMeasured) {
  StartScheduler();
  const JobRecord job = Train("plain", "", Spec());
  EXPECT_EQ(job.result->metrics.count("val_accuracy"), 0u);
  EXPECT_EQ(models_->Get("plain")->validation_dataset_id, "");
}

TEST_F(ValidationTest, TheResultSaysHowItEnded) {
  StartScheduler();
  const JobRecord done = Train("done", "", Spec());
  EXPECT_EQ(done.result->stop_reason, StopReason::kEpochsDone);
  EXPECT_EQ(done.result->epochs, 2);
  EXPECT_EQ(done.result->best_epoch, 0);

  engine::TrainingSpec few_steps = Spec();
  few_steps.max_steps = 3;
  EXPECT_EQ(Train("steps", "", few_steps).result->stop_reason, StopReason::kStepBudgetSpent);

  engine::TrainingSpec short_time = Spec();
  short_time.epochs = 100'000;
  short_time.max_train_seconds = 0.05;
  EXPECT_EQ(Train("time", "", short_time).result->stop_reason, StopReason::kTimeBudgetSpent);

  engine::TrainingSpec early = Spec();
  early.epochs = 50;
  early.early_stopping = {.monitor = "loss", .min_delta = 1e6, .patience = 2, .restore_best_weights = true};
  const JobRecord stopped = Train("early", "", early);
  EXPECT_EQ(stopped.result->stop_reason, StopReason::kEarlyStopped);
  EXPECT_EQ(stopped.result->epochs, 3);
  EXPECT_EQ(stopped.result->best_epoch, 1);
}

}  // namespace
}  // namespace traind
