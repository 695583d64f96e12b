#include "tests/chaos/traffic.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/integration/traind_process.h"

namespace traind::chaos {
namespace {

constexpr int64_t kMaxOpenJobs = 12;
constexpr int64_t kMaxDatasets = 200;

bool ServerIsGone(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsCancelled(status) || absl::IsDeadlineExceeded(status);
}

// Makes `call` until it is answered or it is time to stop.
template <typename Call>
auto Repeat(const std::stop_token& stop, Call call) {
  while (true) {
    auto answer = call();
    if (answer.ok() || !ServerIsGone(answer.status()) || stop.stop_requested()) return answer;
    absl::SleepFor(absl::Milliseconds(20));
  }
}

// A small training of about a second, one of a few kinds.
v1::TrainingSpec SpecOf(uint64_t kind) {
  v1::TrainingSpec spec;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(ReadSourceFile("examples/digits.json"), &spec).ok());
  spec.set_seed(static_cast<int64_t>(kind));
  spec.set_epochs(10 + 10 * static_cast<int32_t>(kind));
  spec.set_threads(1);
  // Between two kills there is mostly time for some.
  spec.mutable_checkpoint()->set_every_steps(60);
  if (kind == 1) spec.mutable_optimizer()->set_ema_momentum(0.9);
  if (kind == 2) spec.mutable_early_stopping()->set_restore_best_weights(true);
  if (kind == 3) spec.set_gradient_accumulation_steps(3);
  return spec;
}

// Rows of two features and a target.
std::string TensorBytes(std::mt19937_64& random, int64_t rows) {
  std::vector<float> numbers(static_cast<size_t>(rows) * 3);
  std::ranges::generate(numbers, [&] { return static_cast<float>(random() % 1000) / 1000; });
  std::string bytes(numbers.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

}  // namespace

Traffic::Traffic(std::string address, uint64_t seed, Acknowledged& acknowledged)
    : address_(std::move(address)), acknowledged_(acknowledged) {
  threads_.emplace_back([this, seed](const std::stop_token& stop) { Upload(stop, seed); });
  threads_.emplace_back([this, seed](const std::stop_token& stop) { Submit(stop, seed + 1); });
  threads_.emplace_back([this, seed](const std::stop_token& stop) { Watch(stop, seed + 2); });
  threads_.emplace_back([this, seed](const std::stop_token& stop) { Pause(stop, seed + 3); });
}

Traffic::~Traffic() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void Traffic::Upload(const std::stop_token& stop, uint64_t seed) {
  const client::Client client = client::Client::Connect(address_);
  std::mt19937_64 random(seed);
  for (int64_t i = 0; i < kMaxDatasets && !stop.stop_requested(); ++i) {
    const int64_t rows = int64_t{1} << (4 + random() % 17);
    const std::string bytes = TensorBytes(random, rows);
    v1::CreateUploadRequest request;
    request.set_dataset_id(absl::StrCat("d", seed, "-", i));
    request.set_request_id(request.dataset_id());
    request.set_size_bytes(static_cast<int64_t>(bytes.size()));
    request.mutable_format()->set_task(v1::Dataset::REGRESSION);
    request.mutable_format()->mutable_tensors()->set_row_count(rows);
    request.mutable_format()->mutable_tensors()->set_feature_count(2);
    const auto source = [&](int64_t offset, absl::Span<char> span) -> absl::StatusOr<size_t> {
      const size_t size = std::min(span.size(), bytes.size() - static_cast<size_t>(offset));
      std::memcpy(span.data(), bytes.data() + offset, size);
      return size;
    };
    client::UploadOptions options;
    options.stop = stop;
    options.last_backoff = absl::Milliseconds(100);
    const auto dataset = Repeat(stop, [&] { return client.UploadDataset(request, source, options); });
    if (dataset.ok()) {
      acknowledged_.Dataset(dataset->name(), dataset->sha256());
    } else {
      Acknowledged::Refusal("UploadDataset", dataset.status());
    }
    absl::SleepFor(absl::Milliseconds(random() % 30));
  }
}

void Traffic::Submit(const std::stop_token& stop, uint64_t seed) {
  const client::Client client = client::Client::Connect(address_);
  std::mt19937_64 random(seed);
  for (int64_t i = 0; !stop.stop_requested(); ++i) {
    const uint64_t kind = random() % 4;
    v1::CreateTrainingJobRequest request;
    request.set_training_job_id(absl::StrCat("j", seed, "-", i));
    request.set_request_id(request.training_job_id());
    request.mutable_training_job()->set_dataset("datasets/digits");
    *request.mutable_training_job()->mutable_spec() = SpecOf(kind);
    const auto job = Repeat(stop, [&] { return client.CreateTrainingJob(request); });
    if (job.ok()) {
      acknowledged_.Job(job->name(), absl::StrCat(kind));
    } else {
      Acknowledged::Refusal("CreateTrainingJob", job.status());
    }
    while (acknowledged_.open_jobs() >= kMaxOpenJobs && !stop.stop_requested()) absl::SleepFor(absl::Milliseconds(20));
  }
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

}  // namespace traind::chaos
