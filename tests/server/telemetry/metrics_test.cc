#include "server/telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/telemetry/http_server.h"
#include "tests/server/telemetry/http_client.h"

namespace traind {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kGetJob[] = "/traind.v1.TrainingService/GetTrainingJob";

class MetricsTest : public testing::Test {
 protected:
  std::string Text() const { return PrometheusPage(registry_).body; }

  prometheus::Registry registry_;
  Metrics metrics_{registry_, BuildInfo{"1.2.3", "2.6.3"}, {kGetJob}, {.names = {"forward"}, .bounds = {0.25, 1}}};
};

TEST_F(MetricsTest, CountsWhatItIsTold) {
  metrics_.JobSubmitted();
  metrics_.JobSubmitted();
  metrics_.JobFinished("SUCCEEDED", "");
  metrics_.JobFinished("FAILED", "DIVERGED");
  metrics_.SetJobs("QUEUED", 4);
  metrics_.QueueWait(absl::Milliseconds(20));
  metrics_.JobDuration(absl::Seconds(2));
  metrics_.SamplesProcessed(1437);
  metrics_.StepsProcessed(45);
  metrics_.CheckpointTried(true, absl::Milliseconds(250));
  metrics_.CheckpointTried(true, absl::Milliseconds(250));
  metrics_.CheckpointTried(false, absl::ZeroDuration());
  metrics_.CheckpointLost();
  metrics_.JobResumed();
  metrics_.SetCheckpointAge(absl::Seconds(12));
  metrics_.SetBudget(2, 4000);
  metrics_.SetReserved(1, 3000);
  metrics_.ExpectJobEnd("FAILED", "DATA_LOSS");
  metrics_.SetOldestQueued(absl::Seconds(90));
  metrics_.SetRecoveredJobs(1);
  metrics_.SetDraining(true);
  for (const char* part : {"weights", "weights", "nothing that there is"}) metrics_.Diverged(part);
  metrics_.UploadReceived(4096);
  for (const int64_t hits : {7, 5}) {
    metrics_.SetModelCache({.hits = hits, .misses = 4, .evictions = 3, .models = 2, .bytes = 100});
  }
  metrics_.CoresBusy(absl::Milliseconds(1500));
  metrics_.WatchStarted();
  metrics_.WatchStarted();
  metrics_.WatchEnded();
  metrics_.DatasetCreated(1000);
  metrics_.Predicted(5, absl::Milliseconds(500));
  metrics_.SetDatasetBytes(77);
  for (const int64_t duplicates : {2, 3, 3}) metrics_.SetDuplicateBlobs(duplicates);
  const std::string text = Text();
  for (const char* line : {"traind_build_info{onednn=\"2.6.3\",version=\"1.2.3\"} 1\n",
                           "traind_jobs_submitted_total 2\n",
                           "traind_jobs_finished_total{reason=\"\",state=\"SUCCEEDED\"} 1\n",
                           "traind_jobs_finished_total{reason=\"DIVERGED\",state=\"FAILED\"} 1\n",
                           "traind_jobs{state=\"QUEUED\"} 4\n",
                           "traind_job_queue_wait_seconds_sum 0.02\n",
                           "traind_job_queue_wait_seconds_bucket{le=\"0.01\"} 0\n",
                           "traind_job_queue_wait_seconds_bucket{le=\"0.03\"} 1\n",
                           "traind_job_duration_seconds_sum 2\n",
                           "traind_training_samples_total 1437\n",
                           "traind_training_steps_total 45\n",
                           "traind_cores 2\n",
                           "traind_cores_reserved 1\n",
                           "traind_job_memory_budget_bytes 4000\n",
                           "traind_job_memory_reserved_bytes 3000\n",
                           "traind_jobs_finished_total{reason=\"DATA_LOSS\",state=\"FAILED\"} 0\n",
                           "traind_oldest_queued_job_age_seconds 90\n",
                           "traind_recovered_jobs 1\n",
                           "traind_draining 1\n",
                           "traind_divergences_total{part=\"output\"} 0\n",
                           "traind_divergences_total{part=\"weights\"} 2\n",
                           "traind_upload_bytes_total 4096\n",
                           "traind_predict_seconds_sum 0.5\n",
                           "traind_model_cache_hits_total 7\n",
                           "traind_model_cache_misses_total 4\n",
                           "traind_model_cache_evictions_total 3\n",
                           "traind_model_cache_models 2\n",
                           "traind_model_cache_bytes 100\n",
                           "traind_checkpoints_written_total 2\n",
                           "traind_checkpoints_failed_total 1\n",
                           "traind_checkpoints_lost_total 1\n",
                           "traind_checkpoint_seconds_sum 0.5\n",
                           "traind_checkpoint_age_seconds 12\n",
                           "traind_jobs_resumed_total 1\n",
                           "traind_core_busy_seconds_total 1.5\n",
                           "traind_watch_streams 1\n",
                           "traind_datasets_created_total 1\n",
                           "traind_dataset_bytes_total 1000\n",
                           "traind_predict_rows_total 5\n",
                           "traind_dataset_stored_bytes 77\n",
                           "traind_duplicate_blobs_total 3\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST_F(MetricsTest, PhasesOfStepsAreHistograms) {
  metrics_.StepPhase("forward", std::vector<int64_t>{3, 2, 1}, 7);
  metrics_.StepPhase("backward", std::vector<int64_t>{3, 2, 1}, 7);
  const std::string text = Text();
  for (const char* line : {"traind_step_phase_seconds_bucket{phase=\"forward\",le=\"0.25\"} 3\n",
                           "traind_step_phase_seconds_bucket{phase=\"forward\",le=\"1\"} 5\n",
                           "traind_step_phase_seconds_count{phase=\"forward\"} 6\n",
                           "traind_step_phase_seconds_sum{phase=\"forward\"} 7\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("backward")));
}

TEST_F(MetricsTest, CountsCallsByMethodAndCode) {
  metrics_.RpcStarted(kGetJob);
  metrics_.RpcHandled(kGetJob, absl::StatusCode::kNotFound, absl::Milliseconds(1));
  const std::string text = Text();
  for (const char* line : {"traind_rpcs_started_total{method=\"traind.v1.TrainingService/GetTrainingJob\"} 1\n",
                           "traind_rpcs_handled_total{code=\"NOT_FOUND\",method=\"traind.v1.TrainingService/"
                           "GetTrainingJob\"} 1\n",
                           "traind_rpc_duration_seconds_sum{method=\"traind.v1.TrainingService/GetTrainingJob\"} "
                           "0.001"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST_F(MetricsTest, NoClientCanMakeItGrow) {
  metrics_.RpcHandled("/x/y", absl::StatusCode::kUnimplemented, absl::ZeroDuration());
  metrics_.RpcHandled("/x/y", static_cast<absl::StatusCode>(99), absl::ZeroDuration());
  const size_t size = Text().size();
  for (int i = 0; i < 1000; ++i) {
    const std::string method = absl::StrCat("/random/", i);
    metrics_.RpcStarted(method);
    metrics_.RpcHandled(method, absl::StatusCode::kUnimplemented, absl::ZeroDuration());
    metrics_.RpcHandled(method, static_cast<absl::StatusCode>(100 + i), absl::ZeroDuration());
  }
  EXPECT_THAT(Text(), Not(HasSubstr("random")));
  EXPECT_THAT(Text(), HasSubstr("traind_rpcs_started_total{method=\"unknown\"} 1000\n"));
  EXPECT_LT(Text().size(), size + 100);  // only digits
}

// https://prometheus.io/docs/practices/naming
TEST_F(MetricsTest, NamesFollowTheConventions) {
  metrics_.JobFinished("SUCCEEDED", "");
  metrics_.SetJobs("QUEUED", 1);
  metrics_.RpcHandled(kGetJob, absl::StatusCode::kOk, absl::ZeroDuration());
  int families = 0;
  for (const prometheus::MetricFamily& family : registry_.Collect()) {
    ++families;
    EXPECT_TRUE(family.name.starts_with("traind_")) << family.name;
    EXPECT_EQ(family.name.ends_with("_total"), family.type == prometheus::MetricType::Counter) << family.name;
    EXPECT_TRUE(family.help.ends_with('.')) << family.name;
    EXPECT_FALSE(std::regex_search(family.name, std::regex("_(ms|us|ns|millis|micros|kb|mb)(_|$)"))) << family.name;
  }
  EXPECT_GE(families, 17);
}

TEST_F(MetricsTest, PrometheusCanReadThePage) {
  metrics_.JobFinished("FAILED", "DIVERGED");
  metrics_.RpcStarted(kGetJob);
  auto server = HttpServer::Start("127.0.0.1:0", {{"/metrics", [&] { return PrometheusPage(registry_); }}});
  ASSERT_TRUE(server.ok()) << server.status();
  const std::string answer = HttpGet((*server)->address(), "/metrics");
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));

  // The text format: comments, and `name{label="value",...} number`, each series once.
  const std::regex sample(R"re(([a-z_]+(?:\{(?:[a-z]+="[^"\\]*",?)+\})?) (-?[0-9.e+-]+|\+Inf|Nan))re");
  const size_t body = answer.find("\r\n\r\n") + 4;
  std::set<std::string> series;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(answer.substr(body), '\n'))) {
    if (line.empty() || line.starts_with("# HELP ") || line.starts_with("# TYPE ")) continue;
    std::smatch match;
    ASSERT_TRUE(std::regex_match(line, match, sample)) << line;
    EXPECT_TRUE(series.insert(match[1]).second) << line;
  }
  EXPECT_TRUE(series.contains("traind_jobs_submitted_total"));
  EXPECT_GT(series.size(), 50u);
}

}  // namespace
}  // namespace traind
