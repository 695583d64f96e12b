// What a server makes of a spec's precision, with bfloat16 and on a processor without it, which oneDNN is told by its
// environment to act as.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

class PrecisionTest : public testing::Test {
 protected:
  enum class Processor { kAsItIs, kWithoutBfloat16 };

  // On the same folder each time.
  void Start(Processor processor) {
    traind_.reset();
    if (processor == Processor::kWithoutBfloat16) {
      ASSERT_EQ(setenv("ONEDNN_MAX_CPU_ISA", "AVX2", 1), 0);
    }
    traind_ = std::make_unique<TraindProcess>(folder_.path(), std::vector<std::string>{"--cores=1"});
    ASSERT_EQ(unsetenv("ONEDNN_MAX_CPU_ISA"), 0);
    stubs_ = std::make_unique<ServiceStubs>(traind_->Connect());
  }

  v1::CreateTrainingJobRequest Job(const std::string& id, v1::TrainingSpec::Precision precision, int epochs = 1) {
    v1::CreateTrainingJobRequest request = stubs_->DigitsJob(id);
    request.mutable_training_job()->mutable_spec()->set_epochs(epochs);
    request.mutable_training_job()->mutable_spec()->set_precision(precision);
    return request;
  }
  grpc::Status Create(const v1::CreateTrainingJobRequest& request) {
    v1::TrainingJob job;
    return stubs_->training().CreateTrainingJob(stubs_->NewContext(), request, &job);
  }

  // Trains a job, and returns what its result and its model, which agree, say of the precision.
  v1::TrainingSpec::Precision TrainedWith(const std::string& id, v1::TrainingSpec::Precision precision) {
    EXPECT_TRUE(ServiceStubs::Ok(Create(Job(id, precision))));
    const v1::TrainingJob job = stubs_->WaitForEnd("trainingJobs/" + id);
    EXPECT_EQ(job.state(), v1::TrainingJob::SUCCEEDED);
    v1::GetModelRequest request;
    request.set_name(job.result().model());
    v1::Model model;
    EXPECT_TRUE(ServiceStubs::Ok(stubs_->models().GetModel(stubs_->NewContext(), request, &model)));
    EXPECT_EQ(model.precision(), job.result().precision());
    return model.precision();
  }

  TemporaryFolder folder_;
  std::unique_ptr<TraindProcess> traind_;
  std::unique_ptr<ServiceStubs> stubs_;
};

TEST_F(PrecisionTest, Bfloat16IsRefusedAndAutoFallsBackWhereTheProcessorHasNone) {
  Start(Processor::kWithoutBfloat16);
  stubs_->CreateDigits();
  v1::CreateTrainingJobRequest request = Job("mixed", v1::TrainingSpec::BF16_MIXED);
  for (const bool validate_only : {true, false}) {
    request.set_validate_only(validate_only);
    const grpc::Status refused = Create(request);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION) << refused.error_message();
    EXPECT_EQ(RefusalOf(refused).info.reason(), "NO_BFLOAT16");
  }
  EXPECT_EQ(TrainedWith("auto", v1::TrainingSpec::AUTO), v1::TrainingSpec::FLOAT32);
}

TEST_F(PrecisionTest, TheResultSaysWhatItWas) {
  Start(Processor::kAsItIs);
  stubs_->CreateDigits();
  EXPECT_EQ(TrainedWith("default", v1::TrainingSpec::PRECISION_UNSPECIFIED), v1::TrainingSpec::FLOAT32);
  if (!Create(Job("mixed", v1::TrainingSpec::BF16_MIXED)).ok()) {
    EXPECT_EQ(TrainedWith("auto", v1::TrainingSpec::AUTO), v1::TrainingSpec::FLOAT32);
    GTEST_SKIP() << "this processor has no bfloat16";
  }
  EXPECT_EQ(stubs_->WaitForEnd("trainingJobs/mixed").result().precision(), v1::TrainingSpec::BF16_MIXED);
  EXPECT_EQ(TrainedWith("auto", v1::TrainingSpec::AUTO), v1::TrainingSpec::BF16_MIXED);
}

TEST_F(PrecisionTest, AQueuedJobThatComesToAProcessorWithoutBfloat16SaysSo) {
  Start(Processor::kAsItIs);
  stubs_->CreateDigits();
  ASSERT_TRUE(ServiceStubs::Ok(Create(Job("before", v1::TrainingSpec::FLOAT32, 100'000))));
  if (!Create(Job("mixed", v1::TrainingSpec::BF16_MIXED)).ok()) GTEST_SKIP() << "this processor has no bfloat16";
  ASSERT_EQ(traind_->Terminate(), 0);
  Start(Processor::kWithoutBfloat16);
  v1::CancelTrainingJobRequest cancel;
  cancel.set_name("trainingJobs/before");
  v1::TrainingJob job;
  ASSERT_TRUE(ServiceStubs::Ok(stubs_->training().CancelTrainingJob(stubs_->NewContext(), cancel, &job)));
  job = stubs_->WaitForEnd("trainingJobs/mixed");
  EXPECT_EQ(job.state(), v1::TrainingJob::FAILED);
  EXPECT_EQ(job.error().reason(), v1::TrainingError::NO_BFLOAT16) << job.error().message();
}

}  // namespace
}  // namespace traind
