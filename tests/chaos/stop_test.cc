// SIGSTOP: a machine that stands still for a while.
#include <gtest/gtest.h>
#include <signal.h>

#include <vector>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/time/clock.h"
#include "client/cpp/client.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

ABSL_DECLARE_FLAG(double, stopped_seconds);

namespace traind::chaos {
namespace {

TEST(Chaos, AServerThatStoodStillGoesOn) {
  TemporaryFolder folder;
  TraindProcess server(folder.path());
  ServiceStubs stubs(server.Connect());
  stubs.CreateDigits();
  v1::CreateTrainingJobRequest request = stubs.DigitsJob("j");
  request.mutable_training_job()->mutable_spec()->set_epochs(200);
  v1::TrainingJob job;
  ASSERT_TRUE(ServiceStubs::Ok(stubs.training().CreateTrainingJob(stubs.NewContext(), request, &job)));

  int64_t sequence = 0;
  bool stopped = false;
  const absl::Status watched =
      client::Client(server.Connect()).WatchTrainingJob(job.name(), 0, [&](const v1::TrainingEvent& event) {
        EXPECT_EQ(event.sequence(), ++sequence);
        if (stopped || !event.has_epoch_ended()) return;
        stopped = true;
        kill(server.pid(), SIGSTOP);
        absl::SleepFor(absl::Seconds(absl::GetFlag(FLAGS_stopped_seconds)));
        kill(server.pid(), SIGCONT);
      });
  EXPECT_TRUE(watched.ok()) << watched;
  EXPECT_TRUE(stopped);
  job = stubs.GetJob(job.name());
  EXPECT_EQ(job.state(), v1::TrainingJob::SUCCEEDED) << job.error().message();
  EXPECT_EQ(job.attempt(), 1);
  EXPECT_EQ(server.Terminate(), 0);
}

}  // namespace
}  // namespace traind::chaos
