// What the service around training costs: real traind processes over real gRPC, with the digits.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "engine/training/trainer.h"
#include "tests/benchmarks/digits_service.h"
#include "tests/benchmarks/finished_jobs.h"
#include "tests/engine/digits.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

constexpr int kSubmitters = 8;
constexpr int kWatchers = 100;
// Long enough to measure, about two seconds.
constexpr int kManyEpochs = 600;

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double Milliseconds(absl::Duration duration) { return absl::ToDoubleMilliseconds(duration); }

// From the call that submits a job of one epoch until its last event is read.
void SubmitToSucceeded(benchmark::State& state) {
  const TemporaryFolder folder;
  const DigitsService service(folder.path());
  if (!service.status().ok()) return state.SkipWithError(service.status().ToString().c_str());
  std::vector<double> milliseconds;
  for (auto _ : state) {
    const absl::Time start = absl::Now();
    const absl::StatusOr<double> trained = service.Train(1);
    milliseconds.push_back(Milliseconds(absl::Now() - start));
    if (!trained.ok()) return state.SkipWithError(trained.status().ToString().c_str());
  }
  state.counters["median_ms"] = Median(milliseconds);
}
BENCHMARK(SubmitToSucceeded)->Unit(benchmark::kMillisecond)->UseRealTime();

absl::Status SubmitAll(const client::Client& client, int jobs, std::string& last) {
  std::vector<absl::Status> statuses(kSubmitters);
  std::vector<std::string> names(kSubmitters);
  std::vector<std::thread> threads;
  for (int i = 0; i < kSubmitters; ++i) {
    threads.emplace_back([&, i] {
      for (int job = i; job < jobs && statuses[i].ok(); job += kSubmitters) {
        const auto created = client.CreateTrainingJob(DigitsService::Job(1));
        statuses[i] = created.status();
        if (created.ok()) names[i] = created->name();
      }
    });
  }
  absl::Status status;
  for (int i = 0; i < kSubmitters; ++i) {
    threads[i].join();
    status.Update(statuses[i]);
  }
  last = names[(jobs - 1) % kSubmitters];
  return status;
}

// Whether the newest `jobs` jobs have all succeeded; waits for those that are still at work.
absl::Status WaitForAll(const DigitsService& service, int jobs) {
  v1::ListTrainingJobsRequest request;
  request.set_page_size(1000);
  const auto page = service.client().ListTrainingJobs(request);
  if (!page.ok()) return page.status();
  for (int i = 0; i < std::min(jobs, page->training_jobs_size()); ++i) {
    const v1::TrainingJob& job = page->training_jobs(i);
    if (job.state() == v1::TrainingJob::SUCCEEDED) continue;
    if (absl::Status ended = service.WaitForSuccess(job.name()); !ended.ok()) return ended;
  }
  return absl::OkStatus();
}

// Jobs of one epoch submitted from several clients as fast as they are taken, until the last has succeeded.
void JobsAtOnce(benchmark::State& state) {
  const int jobs = static_cast<int>(state.range(0));
  const TemporaryFolder folder;
  const DigitsService service(folder.path());
  absl::Status status = service.status();
  for (auto _ : state) {
    std::string last;
    if (status.ok()) status = SubmitAll(service.client(), jobs, last);
    if (status.ok()) status = service.WaitForSuccess(last);
    if (status.ok()) status = WaitForAll(service, jobs);
    if (!status.ok()) return state.SkipWithError(status.ToString().c_str());
  }
  state.counters["jobs_per_second"] =
      benchmark::Counter(static_cast<double>(jobs * state.iterations()), benchmark::Counter::kIsRate);
  state.counters["resident_mb"] = service.resident_megabytes();
}
BENCHMARK(JobsAtOnce)->Arg(10)->Arg(1000)->Unit(benchmark::kMillisecond)->UseRealTime();

// Seconds in the loop of a job whose watchers were all there before it began, which is behind another in the queue.
absl::StatusOr<double> TrainWatched(const DigitsService& service, int epochs) {
  const absl::StatusOr<v1::TrainingJob> before = service.client().CreateTrainingJob(DigitsService::Job(100'000));
  if (!before.ok()) return before.status();
  const absl::StatusOr<v1::TrainingJob> job = service.client().CreateTrainingJob(DigitsService::Job(epochs));
  if (!job.ok()) return job.status();
  CommandResult watched;
  std::thread watchers([&] {
    watched = RunCommand(absl::StrCat(TRAIND_BINARY_DIR, "/benchmarks/watchers"),
                         {service.process().grpc_address(), job->name(), absl::StrCat(kWatchers)});
  });
  const std::string line = absl::StrCat("\ntraind_watch_streams ", kWatchers, "\n");
  bool all_there = false;
  for (int i = 0; i < 1000 && !all_there; ++i) {
    all_there = absl::StrContains(service.process().HttpGet("/metrics"), line);
    if (!all_there) absl::SleepFor(absl::Milliseconds(10));
  }
  absl::Status status = service.client().CancelTrainingJob(before->name()).status();
  watchers.join();
  if (!status.ok()) return status;
  if (!all_there) return absl::InternalError(absl::StrCat("not all of the ", kWatchers, " watchers came"));
  const absl::StatusOr<v1::TrainingJob> ended = service.client().GetTrainingJob(job->name());
  if (!ended.ok()) return ended.status();
  // QUEUED, RUNNING, every epoch, SUCCEEDED.
  if (watched.out != absl::StrCat(int64_t{kWatchers} * (epochs + 3), "\n")) {
    return absl::InternalError(absl::StrCat("the watchers read ", watched.out, watched.err));
  }
  return ended->result().train_seconds();
}

// How much slower a job trains that many clients watch, than one that nobody does: in turns, on one thread. With one
// core for jobs, all that serves the watchers has the machine's other cores to itself.
void WatchFanOut(benchmark::State& state) {
  const TemporaryFolder folder;
  const DigitsService service(folder.path(), {"--cores=1"});
  if (!service.status().ok()) return state.SkipWithError(service.status().ToString().c_str());
  std::vector<double> alone, watched, slower;
  for (auto _ : state) {
    const absl::StatusOr<double> one = service.Train(kManyEpochs);
    const absl::StatusOr<double> other = TrainWatched(service, kManyEpochs);
    if (!one.ok()) return state.SkipWithError(one.status().ToString().c_str());
    if (!other.ok()) return state.SkipWithError(other.status().ToString().c_str());
    alone.push_back(*one);
    watched.push_back(*other);
    slower.push_back((*other / *one - 1) * 100);
  }
  state.counters["alone_seconds"] = Median(alone);
  state.counters["watched_seconds"] = Median(watched);
  state.counters["slower_percent"] = Median(slower);
}
BENCHMARK(WatchFanOut)->Iterations(5)->Unit(benchmark::kMillisecond)->UseRealTime();

// Reports to nobody.
struct Nobody final : engine::TrainingObserver {
  void OnStep(const engine::TrainingProgress&, double) override {}
  void OnEpoch(const engine::TrainingProgress&, const engine::MetricValues&) override {}
};

absl::StatusOr<double> TrainBare(const engine::Rows& digits, int epochs) {
  engine::TrainingSpec spec = engine::DigitsSpec();
  spec.epochs = epochs;
  auto trainer = engine::Trainer::Create(spec, digits.view(), 1);
  if (!trainer.ok()) return trainer.status();
  Nobody nobody;
  const auto outcome = (*trainer)->Run(nobody, {});
  if (!outcome.ok()) return outcome.status();
  return outcome->progress.seconds;
}

// How much slower the same network trains inside the server than in the engine alone: in turns, on one thread, and with
// the machine's other cores for what is not training.
void TrainingInServer(benchmark::State& state) {
  const TemporaryFolder folder;
  const DigitsService service(folder.path(), {"--cores=1"});
  if (!service.status().ok()) return state.SkipWithError(service.status().ToString().c_str());
  const engine::Rows digits = engine::LoadDigits();
  std::vector<double> bare, served, slower;
  for (auto _ : state) {
    const absl::StatusOr<double> one = TrainBare(digits, kManyEpochs);
    const absl::StatusOr<double> other = service.Train(kManyEpochs);
    if (!one.ok()) return state.SkipWithError(one.status().ToString().c_str());
    if (!other.ok()) return state.SkipWithError(other.status().ToString().c_str());
    bare.push_back(*one);
    served.push_back(*other);
    slower.push_back((*other / *one - 1) * 100);
  }
  state.counters["bare_seconds"] = Median(bare);
  state.counters["served_seconds"] = Median(served);
  state.counters["slower_percent"] = Median(slower);
}
BENCHMARK(TrainingInServer)->Iterations(5)->Unit(benchmark::kMillisecond)->UseRealTime();

// A job that trains until it is cancelled, seen at work.
absl::StatusOr<std::string> StartLongJob(const DigitsService& service) {
  const absl::StatusOr<v1::TrainingJob> job = service.client().CreateTrainingJob(DigitsService::Job(100'000));
  if (!job.ok()) return job.status();
  for (int i = 0; i < 1000; ++i) {
    const absl::StatusOr<v1::TrainingJob> now = service.client().GetTrainingJob(job->name());
    if (!now.ok()) return now.status();
    if (now->progress().epoch() > 100) return job->name();
    absl::SleepFor(absl::Milliseconds(10));
  }
  return absl::InternalError("the job does not come to its hundredth epoch");
}

// What a server takes when it does nothing; how much more after its first jobs, which bring code of the libraries into
// memory once; and how much more than that while one more job is at work.
void Memory(benchmark::State& state) {
  const TemporaryFolder folder;
  {
    const DigitsService uploads(folder.path());
    if (!uploads.status().ok()) return state.SkipWithError(uploads.status().ToString().c_str());
  }
  const DigitsService service(folder.path());
  const double idle = service.resident_megabytes();
  for (int i = 0; i < 10; ++i) {
    if (auto trained = service.Train(1); !trained.ok()) return state.SkipWithError(trained.status().ToString().c_str());
  }
  const double warm = service.resident_megabytes();
  std::vector<double> added;
  for (auto _ : state) {
    const double before = service.resident_megabytes();
    const absl::StatusOr<std::string> job = StartLongJob(service);
    if (!job.ok()) return state.SkipWithError(job.status().ToString().c_str());
    added.push_back(service.resident_megabytes() - before);
    if (auto cancelled = service.client().CancelTrainingJob(*job); !cancelled.ok()) {
      return state.SkipWithError(cancelled.status().ToString().c_str());
    }
    service.WaitForSuccess(*job).IgnoreError();  // it ends CANCELLED
  }
  state.counters["idle_mb"] = idle;
  state.counters["first_jobs_added_mb"] = warm - idle;
  state.counters["added_mb"] = *std::max_element(added.begin(), added.end());
}
BENCHMARK(Memory)->Unit(benchmark::kMillisecond)->UseRealTime();

// A server on a store of finished jobs. One at a time is kept, and the store only grows, so that sizes go upwards.
class FilledStore {
 public:
  static absl::StatusOr<const DigitsService*> WithJobs(int64_t jobs) {
    FilledStore& store = Store();
    if (store.service_ == nullptr || store.jobs_ != jobs) {
      if (absl::Status grown = store.GrowTo(jobs); !grown.ok()) return grown;
    }
    return store.service_.get();
  }

  // The same after a restart of the server.
  static absl::StatusOr<const DigitsService*> Restarted(int64_t jobs) {
    if (auto filled = WithJobs(jobs); !filled.ok()) return filled;
    return Store().Start();
  }

 private:
  static FilledStore& Store() {
    static FilledStore store;
    return store;
  }

  absl::StatusOr<const DigitsService*> Start() {
    service_.reset();
    service_ = std::make_unique<DigitsService>(folder_->path());
    if (!service_->status().ok()) return service_->status();
    return service_.get();
  }

  absl::Status GrowTo(int64_t jobs) {
    service_.reset();
    if (jobs < jobs_ || folder_ == nullptr) {
      folder_ = std::make_unique<TemporaryFolder>();
      jobs_ = 0;
      // The first start makes the tables and uploads the digits, which is not to be measured.
      if (absl::Status uploaded = DigitsService(folder_->path()).status(); !uploaded.ok()) return uploaded;
    }
    if (absl::Status added = AddFinishedJobs(folder_->path(), jobs_, jobs); !added.ok()) return added;
    jobs_ = jobs;
    return Start().status();
  }

  std::unique_ptr<TemporaryFolder> folder_;
  std::unique_ptr<DigitsService> service_;
  int64_t jobs_ = 0;
};

// One call against the store of state.range(0) jobs. `call` returns how long it took, or an error.
template <typename Call>
void OnStore(benchmark::State& state, Call call) {
  const auto service = FilledStore::WithJobs(state.range(0));
  if (!service.ok()) return state.SkipWithError(service.status().ToString().c_str());
  std::vector<double> milliseconds;
  int64_t index = 0;
  for (auto _ : state) {
    const absl::StatusOr<absl::Duration> took = call(**service, index++);
    if (!took.ok()) return state.SkipWithError(took.status().ToString().c_str());
    milliseconds.push_back(Milliseconds(*took));
    state.SetIterationTime(absl::ToDoubleSeconds(*took));
  }
  state.counters["median_ms"] = Median(milliseconds);
}

// A job of the store: another one each time, all over it. Of an empty store the one that was just trained.
absl::StatusOr<std::string> SomeJob(const DigitsService& service, int64_t jobs, int64_t index) {
  if (jobs > 0) return absl::StrCat("trainingJobs/", FinishedJobId(index * 7919 % jobs));
  static std::string* const only = new std::string;
  if (only->empty() || !service.client().GetTrainingJob(*only).ok()) {
    const auto job = service.client().CreateTrainingJob(DigitsService::Job(1));
    if (!job.ok()) return job.status();
    if (absl::Status ended = service.WaitForSuccess(job->name()); !ended.ok()) return ended;
    *only = job->name();
  }
  return *only;
}

// From the start of a server's process on the store until it is ready; another server each time.
void StoreStart(benchmark::State& state) {
  std::vector<double> milliseconds;
  double resident_mb = 0;
  for (auto _ : state) {
    const auto service = FilledStore::Restarted(state.range(0));
    if (!service.ok()) return state.SkipWithError(service.status().ToString().c_str());
    milliseconds.push_back(Milliseconds((*service)->start_time()));
    state.SetIterationTime(absl::ToDoubleSeconds((*service)->start_time()));
    resident_mb = (*service)->resident_megabytes();
  }
  state.counters["median_ms"] = Median(milliseconds);
  state.counters["resident_mb"] = resident_mb;
}

void StoreSubmit(benchmark::State& state) {
  OnStore(state, [](const DigitsService& service, int64_t) -> absl::StatusOr<absl::Duration> {
    const absl::Time start = absl::Now();
    const auto job = service.client().CreateTrainingJob(DigitsService::Job(1));
    const absl::Duration took = absl::Now() - start;
    if (!job.ok()) return job.status();
    if (absl::Status ended = service.WaitForSuccess(job->name()); !ended.ok()) return ended;
    return took;
  });
}

void StoreSubmitToSucceeded(benchmark::State& state) {
  OnStore(state, [](const DigitsService& service, int64_t) -> absl::StatusOr<absl::Duration> {
    const absl::Time start = absl::Now();
    if (auto trained = service.Train(1); !trained.ok()) return trained.status();
    return absl::Now() - start;
  });
}

void StoreGet(benchmark::State& state) {
  const int64_t jobs = state.range(0);
  OnStore(state, [jobs](const DigitsService& service, int64_t index) -> absl::StatusOr<absl::Duration> {
    const absl::StatusOr<std::string> name = SomeJob(service, jobs, index);
    if (!name.ok()) return name.status();
    const absl::Time start = absl::Now();
    if (auto job = service.client().GetTrainingJob(*name); !job.ok()) return job.status();
    return absl::Now() - start;
  });
}

void StoreWatch(benchmark::State& state) {
  const int64_t jobs = state.range(0);
  OnStore(state, [jobs](const DigitsService& service, int64_t index) -> absl::StatusOr<absl::Duration> {
    const absl::StatusOr<std::string> name = SomeJob(service, jobs, index);
    if (!name.ok()) return name.status();
    const absl::Time start = absl::Now();
    if (absl::Status watched = service.WaitForSuccess(*name); !watched.ok()) return watched;
    return absl::Now() - start;
  });
}

// The first page, of as many jobs whatever the store holds: two, which the empty one has by then.
void StoreList(benchmark::State& state) {
  OnStore(state, [](const DigitsService& service, int64_t) -> absl::StatusOr<absl::Duration> {
    v1::ListTrainingJobsRequest request;
    request.set_page_size(2);
    const absl::Time start = absl::Now();
    if (auto page = service.client().ListTrainingJobs(request); !page.ok()) return page.status();
    return absl::Now() - start;
  });
}

void StoreScrape(benchmark::State& state) {
  OnStore(state, [](const DigitsService& service, int64_t) -> absl::StatusOr<absl::Duration> {
    const absl::Time start = absl::Now();
    if (service.process().HttpGet("/metrics").empty()) return absl::InternalError("no metrics");
    return absl::Now() - start;
  });
}

// Store by store, since each is filled once.
const bool kStoresRegistered = [] {
  for (const int64_t jobs : {0, 1'000, 10'000, 100'000}) {
    for (const auto& [name, function] : std::vector<std::pair<const char*, void (*)(benchmark::State&)>>{
             {"StoreStart", StoreStart},
             {"StoreSubmit", StoreSubmit},
             {"StoreSubmitToSucceeded", StoreSubmitToSucceeded},
             {"StoreGet", StoreGet},
             {"StoreWatch", StoreWatch},
             {"StoreList", StoreList},
             {"StoreScrape", StoreScrape}}) {
      auto* const registered = benchmark::RegisterBenchmark(name, function);
      registered->Arg(jobs)->Unit(benchmark::kMillisecond)->UseManualTime();
      if (function == StoreStart) registered->Iterations(5);
    }
  }
  return true;
}();

}  // namespace
}  // namespace traind
