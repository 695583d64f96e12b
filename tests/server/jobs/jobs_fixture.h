// Storage in a temporary folder with the digits in it, and a scheduler on top that trains for real.
#ifndef TRAIND_TESTS_SERVER_JOBS_JOBS_FIXTURE_H_
#define TRAIND_TESTS_SERVER_JOBS_JOBS_FIXTURE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "prometheus/registry.h"
#include "server/jobs/event_hub.h"
#include "server/jobs/job_watch.h"
#include "server/jobs/run_reporter.h"
#include "server/jobs/scheduler.h"
#include "server/telemetry/http_server.h"
#include "server/telemetry/metrics.h"
#include "tests/engine/digits.h"
#include "tests/server/storage/storage_fixture.h"

namespace traind {

constexpr absl::Duration kPatience = absl::Seconds(60);

// Reads a watch to the end of the job, waiting where there is nothing yet.
class WatchReader {
 public:
  WatchReader(EventHub& hub, JobStore& jobs, const std::string& id, int64_t after)
      : log_(hub, jobs), watch_(log_, id, after, [this] {
          absl::MutexLock lock(&mutex_);
          awake_ = true;
        }) {}

  // Events until `enough` says so of one, or the job's last.
  std::vector<JobEvent> ReadUntil(const std::function<bool(const JobEvent&)>& enough, int limit = 100) {
    std::vector<JobEvent> all;
    while (!watch_.ended()) {
      absl::StatusOr<SharedLog::Events> events = watch_.Next(limit);
      if (!events.ok()) {
        ADD_FAILURE() << events.status();
        break;
      }
      all.insert(all.end(), (*events)->begin(), (*events)->end());
      for (const JobEvent& event : **events) {
        if (enough(event)) return all;
      }
      if ((*events)->empty() && !watch_.ended() && !Wait()) break;
    }
    return all;
  }
  std::vector<JobEvent> ReadToEnd(int limit = 100) {
    return ReadUntil([](const JobEvent&) { return false; }, limit);
  }

 private:
  bool Wait() {
    absl::MutexLock lock(&mutex_);
    const bool woken = mutex_.AwaitWithTimeout(absl::Condition(&awake_), kPatience);
    if (!woken) ADD_FAILURE() << "nobody woke the watch at " << watch_.cursor();
    awake_ = false;
    return woken;
  }

  absl::Mutex mutex_;
  bool awake_ = false;
  SharedLog log_;
  JobWatch watch_;
};

inline bool IsEpoch(const JobEvent& event) { return std::holds_alternative<EpochEnded>(event.kind); }

class JobsFixture : public StorageFixture {
 protected:
  void SetUp() override {
    StorageFixture::SetUp();
    const engine::Rows digits = engine::LoadDigits();
    DatasetRecord record = Digits("digits");
    record.rows = static_cast<int64_t>(digits.classes.size());
    record.features = digits.width;
    record.feature_names.assign(64, "pixel");
    record.class_names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    auto published = Publish(record, {Bytes(digits.features), Bytes(digits.classes)});
    ASSERT_TRUE(published.ok()) << published.status();
    dataset_ = *published;
  }

  void TearDown() override { scheduler_.reset(); }

  template <typename T>
  static std::string Bytes(const std::vector<T>& values) {
    return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }

  void MakeScheduler(int cores = 1, int64_t max_queued = 1000, int64_t memory_bytes = int64_t{1} << 40) {
    scheduler_.reset();
    RunParts parts = {*jobs_, *datasets_, *blobs_, *checkpoints_, hub_, metrics_, [this](const std::string& json) {
                        return decode_ ? decode_(json) : Spec(json);
                      }};
    scheduler_ = std::make_unique<Scheduler>(
        parts, *database_,
        SchedulerOptions{
            .resources = {.cores = cores, .memory_bytes = memory_bytes}, .max_queued = max_queued, .owner = "test"});
  }
  void StartScheduler(int cores = 1) {
    MakeScheduler(cores);
    ASSERT_TRUE(scheduler_->Recover().ok());
    ASSERT_TRUE(scheduler_->Start().ok());
  }

  // Everything goes as in a crash, but for writes under way, and comes back.
  void RestartServer(int cores = 1) {
    scheduler_.reset();
    Reopen();
    StartScheduler(cores);
  }

  // The spec's "JSON" is its number of epochs.
  static absl::StatusOr<engine::TrainingSpec> Spec(const std::string& json) {
    engine::TrainingSpec spec = engine::DigitsSpec();
    spec.epochs = std::stoll(json);
    return spec;
  }

  absl::StatusOr<JobRecord> Submit(const std::string& id, int64_t epochs = 1, int64_t threads = 1) {
    JobRecord job;
    job.threads = threads;
    job.id = id;
    job.dataset_id = "digits";
    job.spec_json = std::to_string(epochs);
    job.progress.epochs = epochs;
    job.progress.steps = epochs * 45;
    absl::StatusOr<JobRecord> submitted = scheduler_->Submit(job);
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted;
  }
  static constexpr int64_t kForever = 100'000;  // epochs, some minutes

  void WaitForFirstEpoch(const std::string& id) { WatchReader(hub_, *jobs_, id, 0).ReadUntil(IsEpoch); }
  JobRecord WaitForEnd(const std::string& id) {
    WatchReader(hub_, *jobs_, id, 0).ReadToEnd();
    absl::StatusOr<JobRecord> job = jobs_->Get(id);
    EXPECT_TRUE(job.ok() && HasEnded(job->state)) << id;
    return job.ok() ? *job : JobRecord();
  }

  // The value of a series, such as `traind_jobs{state="QUEUED"}`; -1 if there is none.
  double Metric(const std::string& series) const {
    const std::string text = PrometheusPage(registry_).body;
    const size_t at = text.find("\n" + series + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 2));
  }

  DatasetRecord dataset_;
  prometheus::Registry registry_;
  Metrics metrics_{registry_, BuildInfo{"test", "test"}, {}, RunReporter::Phases()};
  EventHub hub_;
  std::function<absl::StatusOr<engine::TrainingSpec>(const std::string&)> decode_;  // instead of Spec
  std::unique_ptr<Scheduler> scheduler_;
};

}  // namespace traind

#endif  // TRAIND_TESTS_SERVER_JOBS_JOBS_FIXTURE_H_
