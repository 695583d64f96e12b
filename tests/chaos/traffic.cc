#include "tests/chaos/traffic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/chaos/job_kinds.h"
#include "tests/chaos/until_answered.h"

namespace traind::chaos {
namespace {

constexpr int kDigitsFeatures = 64;

// Waits until the job has ended; resumes it when it is found paused. False: it is time to stop.
bool WaitForEnd(const client::Client& client, const std::stop_token& stop, const std::string& name) {
  while (!stop.stop_requested()) {
    const auto job = UntilAnswered(stop, [&] { return client.GetTrainingJob(name); });
    Acknowledged::Refusal("GetTrainingJob", job.status());
    if (!job.ok() || HasEnded(job->state())) return job.ok();
    if (job->state() == v1::TrainingJob::PAUSED) client.ResumeTrainingJob(name).status().IgnoreError();
    absl::SleepFor(absl::Milliseconds(50));
  }
  return false;
}

// Of the newest jobs, those that have not ended; 0 if nobody answers.
int64_t CountOpen(const client::Client& client) {
  v1::ListTrainingJobsRequest request;
  request.set_page_size(100);
  const auto page = client.ListTrainingJobs(request);
  Acknowledged::Refusal("ListTrainingJobs", page.status());
  if (!page.ok()) return 0;
  return std::ranges::count_if(page->training_jobs(), [](const auto& job) { return !HasEnded(job.state()); });
}

}  // namespace

Traffic::Traffic(std::string address, uint64_t seed, Acknowledged& acknowledged, Load load)
    : address_(std::move(address)),
      acknowledged_(acknowledged),
      load_(load),
      uploads_(address_, seed, load.kept_datasets, acknowledged) {
  threads_.emplace_back([this](const std::stop_token& stop) { uploads_.Run(stop); });
  threads_.emplace_back([this, seed](const std::stop_token& stop) { Submit(stop, seed + 1); });
  // One alone would be slower than those who make jobs.
  for (int i = 0; i < 2; ++i) threads_.emplace_back([this](const std::stop_token& stop) { CleanUp(stop); });
  threads_.emplace_back([this, seed](const std::stop_token& stop) { Pause(stop, seed + 2); });
  threads_.emplace_back([this, seed](const std::stop_token& stop) { Predict(stop, seed + 3); });
  for (int i = 0; i < load_.watchers; ++i) {
    threads_.emplace_back([this, seed, i](const std::stop_token& stop) { Watch(stop, seed + 4 + i); });
  }
}

Traffic::~Traffic() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void Traffic::Submit(const std::stop_token& stop, uint64_t seed) {
  const client::Client client = client::Client::Connect(address_);
  std::mt19937_64 random(seed);
  for (int64_t i = 0; !stop.stop_requested(); ++i) {
    const uint64_t kind = random() % kJobKinds;
    v1::CreateTrainingJobRequest request;
    request.set_training_job_id(absl::StrCat("j", seed, "-", i));
    request.set_request_id(request.training_job_id());
    request.mutable_training_job()->set_dataset("datasets/digits");
    *request.mutable_training_job()->mutable_spec() = SpecOf(kind);
    const auto job = UntilAnswered(stop, [&] { return client.CreateTrainingJob(request); });
    Acknowledged::Acceptance("CreateTrainingJob", job.status(), stop);
    if (job.ok()) {
      acknowledged_.Job(job->name(), kind);
      absl::MutexLock lock(&mutex_);
      submitted_.push_back(job->name());
    }
    while (!stop.stop_requested() && (CountOpen(client) >= load_.open_jobs || IsBehind())) {
      absl::SleepFor(absl::Milliseconds(50));
    }
  }
}

bool Traffic::IsBehind() {
  absl::MutexLock lock(&mutex_);
  return static_cast<int64_t>(submitted_.size()) > load_.kept_jobs + load_.open_jobs;
}

void Traffic::CleanUp(const std::stop_token& stop) {
  const client::Client client = client::Client::Connect(address_);
  while (!stop.stop_requested()) {
    std::string oldest;
    {
      absl::MutexLock lock(&mutex_);
      if (static_cast<int64_t>(submitted_.size()) > load_.kept_jobs) {
        oldest = std::move(submitted_.front());
        submitted_.pop_front();
      }
    }
    if (oldest.empty()) {
      absl::SleepFor(absl::Milliseconds(20));
    } else if (WaitForEnd(client, stop, oldest)) {
      acknowledged_.CheckEnd(client, oldest, stop);
      DeleteWithModel(client, stop, oldest);
    }
  }
}

void Traffic::DeleteWithModel(const client::Client& client, const std::stop_token& stop, const std::string& job) {
  const std::string model = ModelOf(job);
  acknowledged_.Deleting(job);
  const absl::Status deleted = UntilGone(stop, [&] { return client.DeleteTrainingJob(job); });
  if (deleted.ok()) acknowledged_.Deleted(job);
  Acknowledged::Acceptance("DeleteTrainingJob", deleted, stop);
  const absl::Status gone = UntilGone(stop, [&] { return client.DeleteModel(model); });
  if (gone.ok()) acknowledged_.Deleted(model);
  Acknowledged::Acceptance("DeleteModel", gone, stop);
}

void Traffic::Watch(const std::stop_token& stop, uint64_t seed) {
  const client::Client client = client::Client::Connect(address_);
  std::mt19937_64 random(seed);
  while (!stop.stop_requested()) {
    const std::string job = acknowledged_.SomeJob(random());
    if (job.empty()) {
      absl::SleepFor(absl::Milliseconds(20));
      continue;
    }
    int64_t sequence = 0;
    client::WatchOptions options = {.stop = stop};
    options.last_backoff = absl::Milliseconds(100);
    const absl::Status status = client.WatchTrainingJob(
        job, 0,
        [&](const v1::TrainingEvent& event) {
          EXPECT_EQ(event.sequence(), ++sequence) << job;
          acknowledged_.Event(job, event);
        },
        options);
    Acknowledged::Refusal("WatchTrainingJob", status);
  }
}

void Traffic::Pause(const std::stop_token& stop, uint64_t seed) {
  const client::Client client = client::Client::Connect(address_);
  std::mt19937_64 random(seed);
  while (!stop.stop_requested()) {
    absl::SleepFor(absl::Milliseconds(50 + random() % 200));
    const std::string job = acknowledged_.SomeJob(random());
    if (job.empty()) continue;
    Acknowledged::Refusal("PauseTrainingJob", client.PauseTrainingJob(job).status());
    absl::SleepFor(absl::Milliseconds(random() % 300));
    // Where the server's end cuts it off the job stays paused, and is resumed when all is looked at.
    Acknowledged::Refusal("ResumeTrainingJob", client.ResumeTrainingJob(job).status());
  }
}

void Traffic::Predict(const std::stop_token& stop, uint64_t seed) {
  const client::Client client = client::Client::Connect(address_);
  std::mt19937_64 random(seed);
  v1::PredictRequest request;
  v1::PredictRequest::Row& row = *request.mutable_rows()->add_rows();
  for (int i = 0; i < kDigitsFeatures; ++i) row.add_values(1);
  while (!stop.stop_requested()) {
    absl::SleepFor(absl::Milliseconds(random() % 20));
    const std::string job = acknowledged_.SomeJob(random());
    if (job.empty()) continue;
    request.set_name(ModelOf(job));
    // There is none while the job is at work.
    Acknowledged::Refusal("Predict", client.Predict(request).status());
  }
}

}  // namespace traind::chaos
