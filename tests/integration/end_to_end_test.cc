// The main job, end to end: the real server in its own process, real data, real gRPC.
#include <gmock/gmock.h>
#include <grpc/support/time.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class EndToEnd : public ::testing::Test {
 protected:
  v1::TrainingJob TrainDigits(const std::string& id, int64_t seed = 7) {
    v1::CreateTrainingJobRequest request = stubs_.DigitsJob(id);
    request.mutable_training_job()->mutable_spec()->set_seed(seed);
    v1::TrainingJob created;
    EXPECT_TRUE(stubs_.Ok(stubs_.training().CreateTrainingJob(Context(), request, &created)));
    return stubs_.WaitForEnd(absl::StrCat("trainingJobs/", id));
  }
  grpc::ClientContext* Context() { return stubs_.NewContext(); }

  TemporaryFolder folder_;
  TraindProcess traind_{folder_.path()};
  ServiceStubs stubs_{traind_.Connect()};
};

TEST_F(EndToEnd, DigitsAreLearnedByEachOfFiveSeeds) {
  stubs_.CreateDigits();
  for (int64_t seed = 1; seed <= 5; ++seed) {
    v1::TrainingJob job = TrainDigits(absl::StrCat("seed-", seed), seed);
    ASSERT_EQ(job.state(), v1::TrainingJob::SUCCEEDED) << job.DebugString();
    EXPECT_GE(job.result().metrics().at("val_accuracy"), 0.97) << "seed " << seed;
    EXPECT_EQ(job.progress().epoch(), 20);
    EXPECT_EQ(job.progress().step(), 20 * 45);
    EXPECT_THAT(job.result().weights_sha256(), SizeIs(64));
  }
}

TEST_F(EndToEnd, TheSameSeedGivesTheSameWeights) {
  stubs_.CreateDigits();
  EXPECT_EQ(TrainDigits("first").result().weights_sha256(), TrainDigits("second").result().weights_sha256());
  EXPECT_NE(TrainDigits("third").result().weights_sha256(), TrainDigits("fourth", 8).result().weights_sha256());
}

TEST_F(EndToEnd, HeldOutPredictionsAgreeWithTheValidationAccuracy) {
  stubs_.CreateDigits();
  v1::TrainingJob job = TrainDigits("digits");
  v1::PredictRequest request;
  request.set_name(job.result().model());
  request.mutable_held_out_rows();
  v1::PredictResponse response;
  ASSERT_TRUE(stubs_.Ok(stubs_.models().Predict(Context(), request, &response)));
  ASSERT_EQ(response.predictions_size(), 360);
  int right = 0;
  for (const v1::PredictResponse::Prediction& prediction : response.predictions()) {
    right += prediction.class_name() == prediction.label();
    float sum = 0;
    for (float probability : prediction.probabilities()) sum += probability;
    EXPECT_NEAR(sum, 1, 1e-5);
  }
  EXPECT_NEAR(right / 360.0, job.result().metrics().at("val_accuracy"), 1e-12);
}

TEST_F(EndToEnd, AWatchTellsTheWholeStoryAndCanBeResumedAnywhere) {
  stubs_.CreateDigits();
  TrainDigits("digits");
  std::vector<v1::TrainingEvent> events = stubs_.Watch("trainingJobs/digits", 0);
  int epochs = 0;
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].sequence(), static_cast<int64_t>(i + 1));
    if (events[i].has_epoch_ended()) {
      EXPECT_EQ(events[i].epoch_ended().epoch(), ++epochs);
    }
  }
  EXPECT_EQ(epochs, 20);
  EXPECT_EQ(events.front().state_changed().state(), v1::TrainingJob::QUEUED);
  EXPECT_EQ(events.back().state_changed().state(), v1::TrainingJob::SUCCEEDED);
  for (size_t after = 0; after <= events.size(); ++after) {
    EXPECT_THAT(stubs_.Watch("trainingJobs/digits", static_cast<int64_t>(after)), SizeIs(events.size() - after));
  }
}

TEST_F(EndToEnd, ACancelledJobStopsAndLeavesNoModel) {
  stubs_.CreateDigits();
  v1::CreateTrainingJobRequest request = stubs_.DigitsJob("long");
  request.mutable_training_job()->mutable_spec()->set_epochs(100'000);
  v1::TrainingJob job;
  ASSERT_TRUE(stubs_.Ok(stubs_.training().CreateTrainingJob(Context(), request, &job)));
  v1::CancelTrainingJobRequest cancel;
  cancel.set_name(job.name());
  ASSERT_TRUE(stubs_.Ok(stubs_.training().CancelTrainingJob(Context(), cancel, &job)));
  job = stubs_.WaitForEnd("trainingJobs/long");
  EXPECT_EQ(job.state(), v1::TrainingJob::CANCELLED);
  v1::GetModelRequest get;
  get.set_name("models/long");
  v1::Model model;
  EXPECT_EQ(stubs_.models().GetModel(Context(), get, &model).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
}

TEST_F(EndToEnd, WatchersThatGoAwayDisturbNothing) {
  stubs_.CreateDigits();
  v1::CreateTrainingJobRequest request = stubs_.DigitsJob("watched");
  request.mutable_training_job()->mutable_spec()->set_epochs(200);
  v1::TrainingJob job;
  ASSERT_TRUE(stubs_.Ok(stubs_.training().CreateTrainingJob(Context(), request, &job)));
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext* context = Context();
    v1::WatchTrainingJobRequest watch;
    watch.set_name(job.name());
    auto reader = stubs_.training().WatchTrainingJob(context, watch);
    v1::TrainingEvent event;
    EXPECT_TRUE(reader->Read(&event));
    context->TryCancel();
    while (reader->Read(&event)) {
    }
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  EXPECT_EQ(stubs_.WaitForEnd(job.name()).state(), v1::TrainingJob::SUCCEEDED);
}

TEST_F(EndToEnd, PrometheusSeesTheJobs) {
  stubs_.CreateDigits();
  TrainDigits("digits");
  const std::string page = traind_.HttpGet("/metrics");
  EXPECT_THAT(page, HasSubstr("traind_jobs_submitted_total 1"));
  EXPECT_THAT(page, HasSubstr("traind_jobs{state=\"SUCCEEDED\"} 1"));
  EXPECT_THAT(page, HasSubstr("traind_training_samples_total 28740"));
  EXPECT_THAT(traind_.HttpGet("/healthz"), HasSubstr("SERVING"));
}

TEST_F(EndToEnd, SigtermEndsCleanly) {
  stubs_.CreateDigits();
  v1::CreateTrainingJobRequest request = stubs_.DigitsJob("long");
  request.mutable_training_job()->mutable_spec()->set_epochs(100'000);
  v1::TrainingJob job;
  ASSERT_TRUE(stubs_.Ok(stubs_.training().CreateTrainingJob(Context(), request, &job)));
  v1::WatchTrainingJobRequest watch;
  watch.set_name(job.name());
  auto reader = stubs_.training().WatchTrainingJob(Context(), watch);
  v1::TrainingEvent event;
  ASSERT_TRUE(reader->Read(&event));
  const int exit_status = traind_.Terminate();
  EXPECT_EQ(exit_status, 0);
  while (reader->Read(&event)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

class Restart : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
};

TEST_F(Restart, WhatWasAcknowledgedIsThereAfterKill9) {
  v1::TrainingJob done, waiting;
  int64_t last_sequence = 0;
  {
    TraindProcess traind(folder_.path(), {"--cores=1"});
    ServiceStubs stubs(traind.Connect());
    stubs.CreateDigits();
    v1::CreateTrainingJobRequest request = stubs.DigitsJob("done");
    ASSERT_TRUE(stubs.Ok(stubs.training().CreateTrainingJob(stubs.NewContext(), request, &done)));
    done = stubs.WaitForEnd(done.name());
    request = stubs.DigitsJob("half-way");
    request.mutable_training_job()->mutable_spec()->set_epochs(400);
    v1::TrainingJob job;
    ASSERT_TRUE(stubs.Ok(stubs.training().CreateTrainingJob(stubs.NewContext(), request, &job)));
    request = stubs.DigitsJob("waiting");
    ASSERT_TRUE(stubs.Ok(stubs.training().CreateTrainingJob(stubs.NewContext(), request, &waiting)));
    last_sequence = stubs.ReadUntilEpoch("trainingJobs/half-way", 3);
    traind.Kill();
  }
  TraindProcess traind(folder_.path(), {"--cores=1"});
  ServiceStubs stubs(traind.Connect());
  EXPECT_EQ(stubs.GetJob(done.name()).DebugString(), done.DebugString());
  v1::TrainingJob half_way = stubs.WaitForEnd("trainingJobs/half-way");
  EXPECT_EQ(half_way.state(), v1::TrainingJob::SUCCEEDED);
  EXPECT_EQ(half_way.attempt(), 2);
  EXPECT_EQ(stubs.WaitForEnd("trainingJobs/waiting").state(), v1::TrainingJob::SUCCEEDED);
  // The log went on where it was.
  std::vector<v1::TrainingEvent> events = stubs.Watch("trainingJobs/half-way", last_sequence);
  for (size_t i = 0; i < events.size(); ++i)
    EXPECT_EQ(events[i].sequence(), last_sequence + static_cast<int64_t>(i) + 1);
  v1::PredictRequest predict;
  predict.set_name("models/done");
  predict.mutable_held_out_rows();
  v1::PredictResponse response;
  EXPECT_TRUE(stubs.Ok(stubs.models().Predict(stubs.NewContext(), predict, &response)));
}

// Of a terminal that is closed, and of Ctrl-C.
TEST_F(Restart, SighupAndSigintStopAsCleanlyAsSigterm) {
  for (const int number : {SIGHUP, SIGINT}) {
    signal(number, SIG_DFL);  // under nohup, and in the background of a script, it is ignored, as the server then does
    TraindProcess traind(folder_.path());
    EXPECT_EQ(traind.Terminate(number), 0) << number;
  }
}

TEST_F(Restart, TwoServersNeverShareADataFolder) {
  TraindProcess traind(folder_.path());
  CommandResult second = RunCommand(
      absl::StrCat(TRAIND_BINARY_DIR, "/traind"),
      {"--grpc_address=127.0.0.1:0", "--metrics_address=127.0.0.1:0", absl::StrCat("--data_dir=", folder_.path())});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.err, HasSubstr(folder_.path()));
}

TEST_F(Restart, TwoServersNeverShareAPort) {
  TraindProcess traind(folder_.path());
  TemporaryFolder other;
  CommandResult second = RunCommand(absl::StrCat(TRAIND_BINARY_DIR, "/traind"),
                                    {absl::StrCat("--grpc_address=", traind.grpc_address()),
                                     "--metrics_address=127.0.0.1:0", absl::StrCat("--data_dir=", other.path())});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.err, HasSubstr(traind.grpc_address()));
}

}  // namespace
}  // namespace traind
