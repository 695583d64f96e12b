#include "server/server.h"

#include <prometheus/registry.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/training/trainer.h"
#include "server/access/access_control.h"
#include "server/convert/training_spec.h"
#include "server/convert/upload.h"
#include "server/datasets/uploads.h"
#include "server/inference/model_cache.h"
#include "server/jobs/core_budget.h"
#include "server/jobs/event_hub.h"
#include "server/jobs/run_reporter.h"
#include "server/jobs/scheduler.h"
#include "server/metrics_page.h"
#include "server/rpc/dataset_service.h"
#include "server/rpc/executor.h"
#include "server/rpc/grpc_server.h"
#include "server/rpc/model_service.h"
#include "server/rpc/server_tls.h"
#include "server/rpc/small_file.h"
#include "server/rpc/ticker.h"
#include "server/rpc/training_service.h"
#include "server/rpc/watch_streams.h"
#include "server/storage/blob_references.h"
#include "server/storage/blob_store.h"
#include "server/storage/checkpoint_store.h"
#include "server/storage/data_directory.h"
#include "server/storage/database.h"
#include "server/storage/dataset_store.h"
#include "server/storage/disk_floor.h"
#include "server/storage/job_store.h"
#include "server/storage/model_store.h"
#include "server/storage/upload_store.h"
#include "server/telemetry/http_server.h"
#include "server/telemetry/metrics.h"

namespace traind {
namespace {

// Threads for calls that read or write the database and blobs; they mostly wait for the disk.
constexpr int kCallThreads = 8;
// A commit reads all of an upload, and may not hold the other calls up.
constexpr int kUploadThreads = 4;
// Predictions compute, and may not hold the other calls up.
constexpr int kPredictThreads = 2;
constexpr int64_t kModelCacheBytes = int64_t{256} << 20;
constexpr absl::Duration kTick = absl::Seconds(1);
constexpr absl::Duration kMostBetweenSweeps = absl::Minutes(10);
constexpr absl::Duration kHeartbeat = absl::Seconds(10);
constexpr absl::Duration kDrain = absl::Seconds(7);
constexpr absl::Duration kLastCalls = absl::Seconds(2);

// What is on disk.
struct Storage {
  std::unique_ptr<DataDirectory> directory;
  std::unique_ptr<Database> database;
  std::unique_ptr<DiskFloor> floor;
  std::unique_ptr<BlobStore> blobs;
  std::unique_ptr<CheckpointStore> checkpoints;
  std::unique_ptr<DatasetStore> datasets;
  std::unique_ptr<JobStore> jobs;
  std::unique_ptr<ModelStore> models;
  std::unique_ptr<UploadStore> upload_rows;
  std::unique_ptr<Uploads> uploads;
};

absl::StatusOr<Storage> OpenStorage(const Options& options) {
  Storage storage;
  absl::StatusOr<std::unique_ptr<DataDirectory>> directory = DataDirectory::Open(PosixFileSystem(), options.data_dir);
  if (!directory.ok()) return directory.status();
  storage.directory = *std::move(directory);
  absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(storage.directory->database_path());
  if (!database.ok()) return database.status();
  storage.database = *std::move(database);
  storage.floor = std::make_unique<DiskFloor>(PosixFileSystem(), options.data_dir, options.min_free_disk_bytes);
  absl::StatusOr<std::unique_ptr<BlobStore>> blobs =
      BlobStore::Open(PosixFileSystem(), storage.directory->blobs_path(), storage.floor.get());
  if (!blobs.ok()) return blobs.status();
  storage.blobs = *std::move(blobs);
  absl::StatusOr<std::unique_ptr<CheckpointStore>> checkpoints =
      CheckpointStore::Open(PosixFileSystem(), storage.directory->checkpoints_path());
  if (!checkpoints.ok()) return checkpoints.status();
  storage.checkpoints = *std::move(checkpoints);
  const StorageLimits limits = {.tenant_bytes = options.max_tenant_bytes, .uploads = options.max_uploads};
  storage.datasets = DatasetStore::Make(*storage.database, *storage.blobs, limits);
  storage.jobs = JobStore::Make(*storage.database, {.tenant_queued = options.max_tenant_queued_jobs});
  storage.models = ModelStore::Make(*storage.database, *storage.blobs);
  storage.upload_rows = UploadStore::Make(*storage.database, limits);
  absl::StatusOr<std::unique_ptr<Uploads>> uploads = Uploads::Open(
      {.uploads = *storage.upload_rows,
       .datasets = *storage.datasets,
       .blobs = *storage.blobs,
       .files = PosixFileSystem(),
       .floor = *storage.floor,
       .decode_format = FormatFromJson},
      {.max_bytes = options.max_upload_bytes, .ttl = options.upload_ttl}, storage.directory->uploads_path());
  if (!uploads.ok()) return uploads.status();
  storage.uploads = *std::move(uploads);
  return storage;
}

JobResources ResourcesForJobs(const Options& options) {
  return {.cores = options.cores > 0 ? options.cores : AvailableCores(),
          .memory_bytes = options.memory_budget_bytes > 0 ? options.memory_budget_bytes : AvailableMemory() / 10 * 8};
}

SpecLimits LimitsOfSpecs(const Options& options) {
  return {.layers = options.max_layers, .parameters = options.max_parameters, .epochs = options.max_epochs};
}

GrpcLimits LimitsOfCalls(const Options& options) {
  return {.connections = options.max_connections,
          .streams = options.max_streams,
          .message_bytes = options.max_message_bytes};
}

SchedulerOptions PlanJobs(const Options& options) {
  return {.resources = ResourcesForJobs(options),
          .max_queued = options.max_queued_jobs,
          .max_attempts = options.max_attempts,
          .owner = absl::StrCat("pid-", getpid(), "-", absl::ToUnixMicros(absl::Now()))};
}

// Members are in the order in which they need each other: the last is taken down first.
class RunningServer : public Server {
 public:
  RunningServer(const Options& options, Storage storage)
      : sweep_period_(std::clamp(options.upload_ttl / 10, kTick, kMostBetweenSweeps)),
        storage_(std::move(storage)),
        metrics_(registry_, {.version = TRAIND_VERSION, .onednn_version = engine::OnednnVersion()}, MethodNames(),
                 RunReporter::Phases()),
        models_loaded_(*storage_.blobs, SpecFromJson, kModelCacheBytes),
        scheduler_({.jobs = *storage_.jobs,
                    .datasets = *storage_.datasets,
                    .blobs = *storage_.blobs,
                    .checkpoints = *storage_.checkpoints,
                    .hub = hub_,
                    .metrics = metrics_,
                    .decode_spec = SpecFromJson},
                   *storage_.database, PlanJobs(options)),
        metrics_page_({.registry = registry_,
                       .metrics = metrics_,
                       .scheduler = scheduler_,
                       .database = *storage_.database,
                       .blobs = *storage_.blobs,
                       .models = models_loaded_,
                       .directory = *storage_.directory,
                       .files = PosixFileSystem(),
                       .disk_floor = options.min_free_disk_bytes},
                      start_),
        ticker_(kTick),
        watches_(hub_, *storage_.jobs, metrics_, ticker_, kHeartbeat, options.max_watches),
        executor_(kCallThreads),
        upload_executor_(kUploadThreads),
        predict_executor_(kPredictThreads),
        dataset_service_(*storage_.datasets, *storage_.blobs, *storage_.uploads, *storage_.floor, metrics_, executor_,
                         upload_executor_, ticker_,
                         {.patience = options.upload_patience, .max_streams = options.max_upload_streams}),
        training_service_(*storage_.jobs, *storage_.datasets, scheduler_, watches_, ResourcesForJobs(options),
                          LimitsOfSpecs(options), executor_),
        model_service_(*storage_.models, *storage_.jobs, *storage_.datasets, *storage_.blobs, models_loaded_, metrics_,
                       executor_, predict_executor_) {}

  ~RunningServer() override { Stop(); }

  absl::Status StartServing(const Options& options) {
    if (absl::Status opened = OpenTls(options); !opened.ok()) return opened;
    if (absl::Status opened = OpenAccess(options); !opened.ok()) return opened;
    if (absl::Status recovered = scheduler_.Recover(); !recovered.ok()) return recovered;
    Sweep();
    absl::StatusOr<std::unique_ptr<HttpServer>> http = HttpServer::Start(
        options.metrics_address,
        {{"/metrics", [this] { return metrics_page_.Make(); }}, {"/healthz", [this] { return HealthPage(); }}});
    if (!http.ok()) return http.status();
    http_ = *std::move(http);
    absl::StatusOr<std::unique_ptr<GrpcServer>> server =
        GrpcServer::Start(options.grpc_address, {.control = *access_, .tls = tls_.get(), .insecure = options.insecure},
                          LimitsOfCalls(options), {&dataset_service_, &training_service_, &model_service_}, metrics_);
    if (!server.ok()) return server.status();
    grpc_ = *std::move(server);
    if (absl::Status started = scheduler_.Start(); !started.ok()) return started;
    serving_ = true;
    sweeping_ = ticker_.Add([this](SteadyTime now) { SweepNowAndThen(now); });
    file_ticker_.Add([this](SteadyTime) {
      if (tls_ != nullptr) tls_->Reload(absl::Now());
      access_->Reload();
    });
    return absl::OkStatus();
  }

  std::string grpc_address() const override { return grpc_->address(); }
  std::string metrics_address() const override { return http_->address(); }

  void Stop() override {
    if (grpc_ == nullptr) return;
    spdlog::info("stopping");
    serving_ = false;
    metrics_.SetDraining(true);
    ticker_.Remove(sweeping_);
    grpc_->StopBeingHealthy();
    absl::Status drained = scheduler_.Drain(absl::Now() + kDrain);
    if (!drained.ok()) {
      spdlog::warn("jobs still at work: {}", std::string(drained.message()));
      scheduler_.Abandon();
    }
    watches_.Stop();
    grpc_->Shutdown(absl::Now() + kLastCalls);
    grpc_ = nullptr;
    http_ = nullptr;
    spdlog::info("stopped");
  }

 private:
  absl::Status OpenTls(const Options& options) {
    if (options.tls_certificate.empty()) return absl::OkStatus();
    absl::StatusOr<std::unique_ptr<ServerTls>> tls = ServerTls::Open({.tls_certificate = options.tls_certificate,
                                                                      .tls_private_key = options.tls_private_key,
                                                                      .tls_client_ca = options.tls_client_ca},
                                                                     metrics_);
    if (!tls.ok()) return tls.status();
    tls_ = *std::move(tls);
    return absl::OkStatus();
  }

  absl::Status OpenAccess(const Options& options) {
    absl::StatusOr<std::unique_ptr<AccessControl>> access =
        AccessControl::Open({.tokens_file = options.tokens_file,
                             .calls_per_second = options.max_tenant_calls_per_second,
                             .reflection = options.reflection,
                             .audit_log = options.audit_log,
                             .read_file = ReadSmallFile},
                            metrics_);
    if (!access.ok()) return access.status();
    access_ = *std::move(access);
    return absl::OkStatus();
  }

  // Uploads that have expired, and files that no row names.
  void Sweep() {
    absl::Status swept = storage_.uploads->Sweep(absl::Now());
    swept.Update(RemoveAllUnreferenced(*storage_.database, *storage_.blobs));
    if (!swept.ok())
      spdlog::warn("what is no longer needed could not all be removed: {}", std::string(swept.message()));
  }

  void SweepNowAndThen(SteadyTime now) {
    if (now - swept_ < absl::ToChronoNanoseconds(sweep_period_)) return;
    swept_ = now;
    upload_executor_.Run([this] { Sweep(); });
  }

  HttpPage HealthPage() const {
    return {.status = serving_ ? 200 : 503,
            .body = absl::StrCat(serving_ ? "SERVING" : "NOT_SERVING", "\ntraind ", TRAIND_VERSION, ", up ",
                                 absl::FormatDuration(absl::Trunc(absl::Now() - start_, absl::Seconds(1))), "\n")};
  }

  const absl::Time start_ = absl::Now();
  std::atomic<bool> serving_ = false;
  const absl::Duration sweep_period_;
  SteadyTime swept_ = SteadyNow();  // the ticker's, once it serves
  int64_t sweeping_ = 0;
  Storage storage_;
  prometheus::Registry registry_;
  Metrics metrics_;
  EventHub hub_;
  ModelCache models_loaded_;
  Scheduler scheduler_;
  MetricsPage metrics_page_;
  Ticker ticker_;
  WatchStreams watches_;
  Executor executor_;
  Executor upload_executor_;
  Executor predict_executor_;
  DatasetService dataset_service_;
  TrainingService training_service_;
  ModelService model_service_;
  std::unique_ptr<HttpServer> http_;
  std::unique_ptr<ServerTls> tls_;
  std::unique_ptr<AccessControl> access_;
  std::unique_ptr<GrpcServer> grpc_;
  // Looks for changed files, by itself: a disk that hangs is to stop no time limit. Ends before what it looks after.
  Ticker file_ticker_{kTick};
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Options& options) {
  absl::StatusOr<Storage> storage = OpenStorage(options);
  if (!storage.ok()) return storage.status();
  auto server = std::make_unique<RunningServer>(options, *std::move(storage));
  if (absl::Status started = server->StartServing(options); !started.ok()) return started;
  return server;
}

}  // namespace traind
