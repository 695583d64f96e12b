// The clock of the machine is set, forward and back, while a job runs and between two starts. Debian's libfaketime does
// it.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/cpp/client.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind::chaos {
namespace {

// Some seconds of training, longer than it takes to set the clock and to look.
constexpr int32_t kEpochs = 1'500;
constexpr int64_t kStepsBetweenCheckpoints = 5'000;

constexpr char kLibrary[] = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

// A clock that a server started in its life goes by.
class FakeClock {
 public:
  explicit FakeClock(std::string file) : file_(std::move(file)) {
    Set("+0d");
    setenv("LD_PRELOAD", kLibrary, 1);
    setenv("FAKETIME_TIMESTAMP_FILE", file_.c_str(), 1);
    setenv("FAKETIME_NO_CACHE", "1", 1);
    setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1", 1);  // as when an administrator sets the clock
  }
  ~FakeClock() {
    for (const char* name :
         {"LD_PRELOAD", "FAKETIME_TIMESTAMP_FILE", "FAKETIME_NO_CACHE", "FAKETIME_DONT_FAKE_MONOTONIC"}) {
      unsetenv(name);
    }
  }
  // Such as `-30d`: so far from the true time.
  void Set(const std::string& offset) const {
    std::ofstream(file_ + ".new") << offset << "\n";
    std::filesystem::rename(file_ + ".new", file_);
  }

 private:
  const std::string file_;
};

v1::TrainingJob Submit(ServiceStubs& stubs, const std::string& id) {
  v1::CreateTrainingJobRequest request = stubs.DigitsJob(id);
  v1::TrainingSpec& spec = *request.mutable_training_job()->mutable_spec();
  spec.set_epochs(kEpochs);
  spec.mutable_checkpoint()->set_every_steps(kStepsBetweenCheckpoints);
  v1::TrainingJob job;
  EXPECT_TRUE(ServiceStubs::Ok(stubs.training().CreateTrainingJob(stubs.NewContext(), request, &job)));
  return job;
}

// A job on which nothing happens.
void SubmitAndPause(ServiceStubs& stubs, const std::string& id) {
  v1::PauseTrainingJobRequest pause;
  pause.set_name(Submit(stubs, id).name());
  v1::TrainingJob job;
  ASSERT_TRUE(ServiceStubs::Ok(stubs.training().PauseTrainingJob(stubs.NewContext(), pause, &job)));
  while (job.state() == v1::TrainingJob::PAUSING) job = stubs.GetJob(job.name());
  ASSERT_EQ(job.state(), v1::TrainingJob::PAUSED);
}

TEST(Chaos, ASetClockDisturbsNoJob) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "AddressSanitizer must be the first of all libraries, and so must libfaketime";
#endif
  if (!std::filesystem::exists(kLibrary)) GTEST_SKIP() << "libfaketime is not installed";
  TemporaryFolder clock_folder;
  const FakeClock clock(clock_folder.path() + "/clock");
  TemporaryFolder folder;
  auto server = std::make_unique<TraindProcess>(folder.path());
  {
    ServiceStubs stubs(server->Connect());
    stubs.CreateDigits();
    SubmitAndPause(stubs, "quiet");
  }
  int number = 0;
  for (const char* offset : {"-30d", "+400d", "-2000d", "+0d"}) {
    ServiceStubs stubs(server->Connect());
    v1::WatchTrainingJobRequest watch;
    watch.set_name("trainingJobs/quiet");
    grpc::ClientContext* watching = stubs.NewContext();
    auto quiet = stubs.training().WatchTrainingJob(watching, watch);
    v1::TrainingEvent event;
    ASSERT_TRUE(quiet->Read(&event)) << offset;
    v1::TrainingJob job = Submit(stubs, absl::StrCat("j", ++number));
    stubs.ReadUntilEpoch(job.name(), 3);
    clock.Set(offset);
    EXPECT_EQ(stubs.GetJob(job.name()).state(), v1::TrainingJob::RUNNING) << "the job is too short for this test";
    // What goes by time goes on.
    const auto begin = std::chrono::steady_clock::now();
    while (quiet->Read(&event) && !event.has_heartbeat()) {
    }
    EXPECT_TRUE(event.has_heartbeat()) << offset;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << offset;
    watching->TryCancel();
    int64_t sequence = 0;
    const absl::Status watched =
        client::Client(server->Connect()).WatchTrainingJob(job.name(), 0, [&](const v1::TrainingEvent& one) {
          EXPECT_EQ(one.sequence(), ++sequence) << offset;
        });
    EXPECT_TRUE(watched.ok()) << watched;
    job = stubs.GetJob(job.name());
    EXPECT_EQ(job.state(), v1::TrainingJob::SUCCEEDED) << offset << ": " << job.error().message();
    EXPECT_GT(job.result().train_seconds(), 0) << offset;
    EXPECT_LT(job.result().train_seconds(), 60) << offset;
    // The next server starts in that time.
    server->Kill();
    server = std::make_unique<TraindProcess>(folder.path());
    EXPECT_EQ(ServiceStubs(server->Connect()).GetJob(job.name()).state(), v1::TrainingJob::SUCCEEDED) << offset;
  }
  EXPECT_EQ(server->Terminate(), 0);
}

}  // namespace
}  // namespace traind::chaos
