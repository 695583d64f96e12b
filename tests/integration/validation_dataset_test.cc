// Validating on a second dataset, over real gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Code = grpc::StatusCode;

class ValidationDataset : public ::testing::Test {
 protected:
  void SetUp() override { stubs_.CreateDigits(); }

  void CreateCsv(const std::string& id, const std::string& csv, v1::Dataset::Task task = v1::Dataset::CLASSIFICATION) {
    v1::CreateDatasetRequest request;
    request.set_dataset_id(id);
    request.mutable_format()->set_task(task);
    request.mutable_format()->mutable_csv()->set_label_column("label");
    request.set_data(csv);
    v1::Dataset dataset;
    ASSERT_TRUE(stubs_.Ok(stubs_.datasets().CreateDataset(stubs_.NewContext(), request, &dataset)));
  }

  // The header and the rows from `begin` on whose label is none of `without`.
  static std::string Digits(size_t begin, const std::string& without = "") {
    const std::string all = ReadSourceFile("examples/digits.csv");
    const std::vector<std::string> lines = absl::StrSplit(all, '\n', absl::SkipEmpty());
    std::string csv = lines[0] + "\n";
    for (size_t i = 1 + begin; i < lines.size(); ++i) {
      if (without.find(lines[i].back()) == std::string::npos) absl::StrAppend(&csv, lines[i], "\n");
    }
    return csv;
  }

  v1::CreateTrainingJobRequest Job(const std::string& id, const std::string& validation) {
    v1::CreateTrainingJobRequest request = stubs_.DigitsJob(id);
    request.mutable_training_job()->mutable_spec()->clear_validation_split();
    request.mutable_training_job()->set_validation_dataset(validation);
    return request;
  }

  grpc::Status Create(const v1::CreateTrainingJobRequest& request, v1::TrainingJob* job = nullptr) {
    v1::TrainingJob ignored;
    return stubs_.training().CreateTrainingJob(stubs_.NewContext(), request, job == nullptr ? &ignored : job);
  }

  TemporaryFolder folder_;
  TraindProcess traind_{folder_.path()};
  ServiceStubs stubs_{traind_.Connect()};
};

TEST_F(ValidationDataset, IsMeasuredEachEpochAndPredicted) {
  // Without the digits 0 and 3: its classes have other indices than those of the training.
  CreateCsv("later", Digits(1400, "03"));
  v1::TrainingJob job;
  ASSERT_TRUE(stubs_.Ok(Create(Job("first", "datasets/later"), &job)));
  EXPECT_EQ(job.validation_dataset(), "datasets/later");
  job = stubs_.WaitForEnd("trainingJobs/first");
  ASSERT_EQ(job.state(), v1::TrainingJob::SUCCEEDED) << job.DebugString();
  EXPECT_EQ(job.validation_dataset(), "datasets/later");
  ASSERT_TRUE(job.result().metrics().contains("val_accuracy"));

  v1::GetModelRequest get;
  get.set_name("models/first");
  v1::Model model;
  ASSERT_TRUE(stubs_.Ok(stubs_.models().GetModel(stubs_.NewContext(), get, &model)));
  EXPECT_EQ(model.validation_dataset(), "datasets/later");
  EXPECT_EQ(model.validation_dataset_sha256().size(), 64);

  v1::PredictRequest predict;
  predict.set_name("models/first");
  predict.mutable_held_out_rows();
  v1::PredictResponse response;
  ASSERT_TRUE(stubs_.Ok(stubs_.models().Predict(stubs_.NewContext(), predict, &response)));
  const std::vector<std::string> lines = absl::StrSplit(Digits(1400, "03"), '\n', absl::SkipEmpty());
  ASSERT_EQ(response.predictions_size(), static_cast<int>(lines.size()) - 1);
  int right = 0;
  for (int i = 0; i < response.predictions_size(); ++i) {
    const auto& prediction = response.predictions(i);
    EXPECT_EQ(prediction.dataset_row(), i);
    EXPECT_EQ(prediction.label(), lines[i + 1].substr(lines[i + 1].size() - 1));
    right += prediction.class_name() == prediction.label();
  }
  EXPECT_NEAR(right / static_cast<double>(response.predictions_size()), job.result().metrics().at("val_accuracy"),
              1e-12);

  v1::DeleteDatasetRequest remove;
  remove.set_name("datasets/later");
  google::protobuf::Empty empty;
  ASSERT_TRUE(stubs_.Ok(stubs_.datasets().DeleteDataset(stubs_.NewContext(), remove, &empty)));
  const grpc::Status gone = stubs_.models().Predict(stubs_.NewContext(), predict, &response);
  EXPECT_EQ(gone.error_code(), Code::FAILED_PRECONDITION);
  EXPECT_EQ(RefusalOf(gone).info.reason(), "DATASET_GONE");
}

TEST_F(ValidationDataset, CannotBeDeletedWhileItIsInUse) {
  CreateCsv("later", Digits(1400));
  v1::CreateTrainingJobRequest request = Job("long", "datasets/later");
  request.mutable_training_job()->mutable_spec()->set_epochs(100'000);
  ASSERT_TRUE(stubs_.Ok(Create(request)));
  v1::DeleteDatasetRequest remove;
  remove.set_name("datasets/later");
  google::protobuf::Empty empty;
  const grpc::Status status = stubs_.datasets().DeleteDataset(stubs_.NewContext(), remove, &empty);
  EXPECT_EQ(status.error_code(), Code::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("trainingJobs/long"));
  v1::CancelTrainingJobRequest cancel;
  cancel.set_name("trainingJobs/long");
  v1::TrainingJob job;
  ASSERT_TRUE(stubs_.Ok(stubs_.training().CancelTrainingJob(stubs_.NewContext(), cancel, &job)));
  stubs_.WaitForEnd("trainingJobs/long");
  EXPECT_TRUE(stubs_.Ok(stubs_.datasets().DeleteDataset(stubs_.NewContext(), remove, &empty)));
}

TEST_F(ValidationDataset, ThatDoesNotFitIsRefused) {
  CreateCsv("numbers", Digits(1400), v1::Dataset::REGRESSION);
  CreateCsv("narrow", "pixel_0_0,label\n1,0\n2,1\n");
  std::string renamed = Digits(1400);
  renamed.replace(renamed.find("pixel_0_1"), 9, "pixel_9_9");
  CreateCsv("renamed", renamed);
  std::string strange = Digits(1400);
  strange.replace(strange.size() - 2, 1, "zebra");
  CreateCsv("strange", strange);
  const struct {
    const char* name;
    Code code;
    std::string message;
  } cases[] = {
      {"datasets/missing", Code::NOT_FOUND, "datasets/missing"},
      {"datasets/numbers", Code::FAILED_PRECONDITION, "its task is REGRESSION, not CLASSIFICATION"},
      {"datasets/narrow", Code::FAILED_PRECONDITION, "it has 1 features, not 64"},
      {"datasets/renamed", Code::FAILED_PRECONDITION, "is 'pixel_9_9', not 'pixel_0_1'"},
      {"datasets/strange", Code::FAILED_PRECONDITION, "classes that the training does not know: 'zebra'"},
      {"models/x", Code::INVALID_ARGUMENT, "validation_dataset"},
  };
  for (const bool validate_only : {false, true}) {
    for (const auto& bad : cases) {
      v1::CreateTrainingJobRequest request = Job("bad", bad.name);
      request.set_validate_only(validate_only);
      const grpc::Status status = Create(request);
      EXPECT_EQ(status.error_code(), bad.code) << bad.name << ": " << status.error_message();
      EXPECT_THAT(status.error_message(), HasSubstr(bad.message));
      if (bad.code == Code::FAILED_PRECONDITION) {
        EXPECT_EQ(RefusalOf(status).info.reason(), "DATASET_DOES_NOT_FIT");
      }
    }
  }
}

TEST_F(ValidationDataset, BesideASplitIsAViolation) {
  v1::CreateTrainingJobRequest request = Job("both", "datasets/digits");
  request.mutable_training_job()->mutable_spec()->set_validation_split(0.2);
  request.mutable_training_job()->mutable_spec()->set_epochs(0);
  const grpc::Status status = Create(request);
  EXPECT_EQ(status.error_code(), Code::INVALID_ARGUMENT);
  EXPECT_THAT(RefusalOf(status).fields(), ElementsAre("validation_dataset", "spec.epochs"));
}

TEST_F(ValidationDataset, LetsASpecMonitorIt) {
  v1::CreateTrainingJobRequest request = Job("watched", "datasets/digits");
  v1::EarlyStopping& early = *request.mutable_training_job()->mutable_spec()->mutable_early_stopping();
  early.set_monitor("val_loss");
  early.set_min_delta(1000);
  early.set_restore_best_weights(true);
  ASSERT_TRUE(stubs_.Ok(Create(request)));
  const v1::TrainingJob job = stubs_.WaitForEnd("trainingJobs/watched");
  EXPECT_EQ(job.result().stop_reason(), v1::TrainingResult::EARLY_STOPPED) << job.DebugString();
  EXPECT_LT(job.result().epochs(), 20);
  EXPECT_EQ(job.result().best_epoch(), 1);
}

TEST_F(ValidationDataset, ValidateOnlyAnswersWithIt) {
  v1::CreateTrainingJobRequest request = Job("only", "datasets/digits");
  request.set_validate_only(true);
  v1::TrainingJob job;
  ASSERT_TRUE(stubs_.Ok(Create(request, &job)));
  EXPECT_EQ(job.validation_dataset(), "datasets/digits");
}

}  // namespace
}  // namespace traind
