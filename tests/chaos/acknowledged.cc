#include "tests/chaos/acknowledged.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/time/clock.h"

namespace traind::chaos {
namespace {

bool HasEnded(v1::TrainingJob::State state) {
  return state == v1::TrainingJob::SUCCEEDED || state == v1::TrainingJob::FAILED || state == v1::TrainingJob::CANCELLED;
}

void Resume(const client::Client& client, const std::string& name) {
  absl::StatusOr<v1::TrainingJob> job = client.GetTrainingJob(name);
  while (job.ok() && (job->state() == v1::TrainingJob::PAUSING || job->state() == v1::TrainingJob::PAUSED)) {
    client.ResumeTrainingJob(name).status().IgnoreError();  // it may still be PAUSING
    absl::SleepFor(absl::Milliseconds(5));
    job = client.GetTrainingJob(name);
  }
  EXPECT_TRUE(job.ok()) << name << ": " << job.status();
}

// The log of a job that has ended: states in order, each epoch once.
void CheckLog(const std::string& name, const std::vector<v1::TrainingEvent>& log) {
  int32_t epoch = 0;
  int64_t sequence = 0;
  for (const v1::TrainingEvent& event : log) {
    EXPECT_EQ(event.sequence(), ++sequence) << name;
    if (event.has_epoch_ended()) {
      EXPECT_EQ(event.epoch_ended().epoch(), ++epoch) << name;
    }
  }
  ASSERT_FALSE(log.empty()) << name;
  EXPECT_TRUE(HasEnded(log.back().state_changed().state())) << name;
}

}  // namespace

void Acknowledged::Dataset(const std::string& name, const std::string& sha256) {
  absl::MutexLock lock(&mutex_);
  datasets_[name] = sha256;
}

void Acknowledged::Job(const std::string& name, const std::string& kind) {
  absl::MutexLock lock(&mutex_);
  jobs_[name].kind = kind;
}

void Acknowledged::Event(const std::string& job, const v1::TrainingEvent& event) {
  absl::MutexLock lock(&mutex_);
  std::vector<std::string>& log = jobs_[job].log;
  const auto place = static_cast<size_t>(event.sequence()) - 1;
  std::string text = event.DebugString();
  if (place < log.size()) {
    EXPECT_EQ(log[place], text) << job << " tells another story than before";
    return;
  }
  EXPECT_EQ(place, log.size()) << job << " has a gap in its log";
  log.push_back(std::move(text));
}

void Acknowledged::Refusal(const std::string& call, const absl::Status& status) {
  EXPECT_FALSE(absl::IsInternal(status) || absl::IsUnknown(status) || absl::IsDataLoss(status))
      << call << ": " << status;
}

void Acknowledged::CheckJob(const v1::TrainingJob& job) {
  absl::MutexLock lock(&mutex_);
  auto found = jobs_.find(job.name());
  // Made, but killed before it could say so.
  if (found == jobs_.end()) return;
  JobState& known = found->second;
  EXPECT_NE(job.state(), v1::TrainingJob::FAILED) << job.name() << ": " << job.error().message();
  if (known.ended) {
    EXPECT_EQ(job.result().weights_sha256(), known.weights_sha256) << job.name() << " has ended otherwise before";
  }
  known.ended = HasEnded(job.state());
  known.weights_sha256 = job.result().weights_sha256();
}

void Acknowledged::CheckAll(const client::Client& client) {
  // What is acknowledged while the server is being asked may be in no answer.
  std::map<std::string, std::string> before;
  std::map<std::string, bool> succeeded_before;  // by job
  {
    absl::MutexLock lock(&mutex_);
    before = datasets_;
    for (const auto& [name, known] : jobs_) succeeded_before[name] = !known.weights_sha256.empty();
  }
  std::map<std::string, std::string> datasets;
  absl::Status status = client.ForEachDataset([&](const v1::Dataset& dataset) {
    datasets[dataset.name()] = dataset.sha256();
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  std::set<std::string> jobs, models;
  status = client.ForEachTrainingJob([&](const v1::TrainingJob& job) {
    jobs.insert(job.name());
    CheckJob(job);
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  status = client.ForEachModel([&](const v1::Model& model) {
    models.insert(model.name());
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;

  for (const auto& [name, sha256] : before) {
    ASSERT_TRUE(datasets.contains(name)) << name << " was acknowledged and is lost";
    EXPECT_EQ(datasets[name], sha256) << name;
  }
  for (const auto& [name, succeeded] : succeeded_before) {
    EXPECT_TRUE(jobs.contains(name)) << name << " was acknowledged and is lost";
    const std::string model = "models" + name.substr(name.find('/'));
    EXPECT_TRUE(models.contains(model) || !succeeded) << model << " is lost";
  }
}

void Acknowledged::CheckEnds(const client::Client& client) {
  std::map<std::string, std::string> kinds;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [name, known] : jobs_) kinds[name] = known.kind;
  }
  std::map<std::string, std::string> weights;  // by kind
  for (const auto& [name, kind] : kinds) {
    Resume(client, name);
    std::vector<v1::TrainingEvent> log;
    const std::string& job_name = name;
    const absl::Status status = client.WatchTrainingJob(name, 0, [&](const v1::TrainingEvent& event) {
      Event(job_name, event);
      log.push_back(event);
    });
    ASSERT_TRUE(status.ok()) << name << ": " << status;
    CheckLog(name, log);
    const absl::StatusOr<v1::TrainingJob> job = client.GetTrainingJob(name);
    ASSERT_TRUE(job.ok()) << job.status();
    EXPECT_EQ(job->state(), v1::TrainingJob::SUCCEEDED) << name << ": " << job->error().message();
    const auto [first, is_first] = weights.emplace(kind, job->result().weights_sha256());
    EXPECT_EQ(job->result().weights_sha256(), first->second) << name << " of kind " << kind;
  }
}

std::string Acknowledged::SomeJob(uint64_t choice) {
  absl::MutexLock lock(&mutex_);
  if (jobs_.empty()) return "";
  return std::next(jobs_.begin(), static_cast<int64_t>(choice % jobs_.size()))->first;
}

int64_t Acknowledged::open_jobs() {
  absl::MutexLock lock(&mutex_);
  return std::count_if(jobs_.begin(), jobs_.end(), [](const auto& job) { return !job.second.ended; });
}

int64_t Acknowledged::datasets() {
  absl::MutexLock lock(&mutex_);
  return static_cast<int64_t>(datasets_.size());
}

int64_t Acknowledged::jobs() {
  absl::MutexLock lock(&mutex_);
  return static_cast<int64_t>(jobs_.size());
}

}  // namespace traind::chaos
