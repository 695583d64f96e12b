#include "tests/chaos/acknowledged.h"

#include <gtest/gtest.h>

#include <iterator>
#include <utility>

#include "absl/time/clock.h"
#include "tests/chaos/until_answered.h"

namespace traind::chaos {

bool HasEnded(v1::TrainingJob::State state) {
  return state == v1::TrainingJob::SUCCEEDED || state == v1::TrainingJob::FAILED || state == v1::TrainingJob::CANCELLED;
}

std::string ModelOf(const std::string& job) { return "models" + job.substr(job.find('/')); }

namespace {

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
  ++all_datasets_;
}

void Acknowledged::Job(const std::string& name, uint64_t kind) {
  absl::MutexLock lock(&mutex_);
  jobs_[name].kind = kind;
  ++all_jobs_;
}

void Acknowledged::Deleting(const std::string& name) {
  absl::MutexLock lock(&mutex_);
  datasets_.erase(name);
  jobs_.erase(name);
}

void Acknowledged::Deleted(const std::string& name) {
  absl::MutexLock lock(&mutex_);
  deleted_.insert(name);
}

bool Acknowledged::IsKept(const std::string& name) {
  absl::MutexLock lock(&mutex_);
  return datasets_.contains(name) || jobs_.contains(name);
}

void Acknowledged::Event(const std::string& job, const v1::TrainingEvent& event) {
  absl::MutexLock lock(&mutex_);
  const auto found = jobs_.find(job);
  if (found == jobs_.end()) return;
  std::vector<std::string>& log = found->second.log;
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

void Acknowledged::Acceptance(const std::string& call, const absl::Status& status, const std::stop_token& stop) {
  EXPECT_TRUE(status.ok() || (stop.stop_requested() && ServerIsGone(status))) << call << ": " << status;
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
  if (job.state() == v1::TrainingJob::SUCCEEDED) {
    EXPECT_EQ(job.result().weights_sha256(), reference_.at(known.kind)) << job.name() << " of kind " << known.kind;
  }
  known.ended = HasEnded(job.state());
  known.weights_sha256 = job.result().weights_sha256();
}

void Acknowledged::CheckAll(const client::Client& client) {
  // What is acknowledged while the server is being asked may be in no answer.
  std::map<std::string, std::string> datasets_before;
  std::map<std::string, bool> succeeded_before;  // by job
  std::set<std::string> deleted_before;
  {
    absl::MutexLock lock(&mutex_);
    datasets_before = datasets_;
    for (const auto& [name, known] : jobs_) succeeded_before[name] = !known.weights_sha256.empty();
    deleted_before = deleted_;
  }
  std::map<std::string, std::string> there;  // names, and of datasets the content
  absl::Status status = client.ForEachDataset([&](const v1::Dataset& dataset) {
    there[dataset.name()] = dataset.sha256();
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  status = client.ForEachTrainingJob([&](const v1::TrainingJob& job) {
    there[job.name()];
    CheckJob(job);
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  status = client.ForEachModel([&](const v1::Model& model) {
    there[model.name()];
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;

  for (const auto& [name, sha256] : datasets_before) {
    if (!IsKept(name)) continue;
    EXPECT_TRUE(there.contains(name)) << name << " was acknowledged and is lost";
    EXPECT_EQ(there[name], sha256) << name;
  }
  for (const auto& [name, succeeded] : succeeded_before) {
    if (!IsKept(name)) continue;
    EXPECT_TRUE(there.contains(name)) << name << " was acknowledged and is lost";
    EXPECT_TRUE(there.contains(ModelOf(name)) || !succeeded) << ModelOf(name) << " is lost";
  }
  for (const std::string& name : deleted_before) EXPECT_FALSE(there.contains(name)) << name << " was deleted";
}

void Acknowledged::CheckEnds(const client::Client& client) {
  std::vector<std::string> names;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [name, known] : jobs_) names.push_back(name);
  }
  for (const std::string& name : names) {
    Resume(client, name);
    CheckEnd(client, name);
  }
}

void Acknowledged::CheckEnd(const client::Client& client, const std::string& name, const std::stop_token& stop) {
  std::vector<v1::TrainingEvent> log;
  const absl::Status watched = client.WatchTrainingJob(name, 0,
                                                       [&](const v1::TrainingEvent& event) {
                                                         Event(name, event);
                                                         log.push_back(event);
                                                       },
                                                       {.stop = stop, .last_backoff = absl::Milliseconds(100)});
  const auto job = UntilAnswered(stop, [&] { return client.GetTrainingJob(name); });
  if (stop.stop_requested()) return;
  ASSERT_TRUE(watched.ok()) << name << ": " << watched;
  CheckLog(name, log);
  ASSERT_TRUE(job.ok()) << name << ": " << job.status();
  EXPECT_EQ(job->state(), v1::TrainingJob::SUCCEEDED) << name << ": " << job->error().message();
  CheckJob(*job);
  absl::MutexLock lock(&mutex_);
  interrupted_jobs_ += job->attempt() > 1;
}

std::string Acknowledged::SomeJob(uint64_t choice) {
  absl::MutexLock lock(&mutex_);
  if (jobs_.empty()) return "";
  return std::next(jobs_.begin(), static_cast<int64_t>(choice % jobs_.size()))->first;
}

int64_t Acknowledged::datasets() {
  absl::MutexLock lock(&mutex_);
  return all_datasets_;
}

int64_t Acknowledged::jobs() {
  absl::MutexLock lock(&mutex_);
  return all_jobs_;
}

int64_t Acknowledged::deletions() {
  absl::MutexLock lock(&mutex_);
  return static_cast<int64_t>(deleted_.size());
}

int64_t Acknowledged::interrupted_jobs() {
  absl::MutexLock lock(&mutex_);
  return interrupted_jobs_;
}

}  // namespace traind::chaos
