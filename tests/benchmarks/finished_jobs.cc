#include "tests/benchmarks/finished_jobs.h"

#include <soci/soci.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/storage/blob_store.h"
#include "server/storage/data_directory.h"
#include "server/storage/database.h"
#include "server/storage/job_row.h"
#include "server/storage/model_row.h"
#include "server/storage/record_json.h"
#include "tests/integration/traind_process.h"
#include "tests/server/storage/put_blob.h"

namespace traind {
namespace {

constexpr int64_t kJobsATransaction = 5000;
constexpr int64_t kParameters = 18'186;

// The times of the jobs, a second apart.
absl::Time TimeOf(int64_t index) { return absl::FromUnixSeconds(1'700'000'000 + index); }

void AddJob(soci::session& sql, const std::string& spec, const BlobInfo& weights, int64_t index) {
  JobRecord job;
  job.id = FinishedJobId(index);
  job.dataset_id = "digits";
  job.spec_json = spec;
  job.create_time = TimeOf(index);
  job.progress = {.epoch = 1, .epochs = 1, .step = 45, .steps = 45, .samples_per_second = 5e5, .metrics = {}};
  job.progress.metrics = {{"loss", 1.25}, {"accuracy", 0.65}, {"val_loss", 0.625}, {"val_accuracy", 0.825}};
  const int64_t number = InsertQueuedJob(sql, job);

  const JobResult result = {.model_id = job.id,
                            .metrics = job.progress.metrics,
                            .train_seconds = 0.003,
                            .samples_per_second = 5e5,
                            .weights_sha256 = weights.sha256,
                            .threads = 1,
                            .epochs = 1};
  const StateChanged running{.state = JobState::kRunning, .result = {}, .error = {}};
  const StateChanged succeeded{.state = JobState::kSucceeded, .result = result, .error = {}};
  InsertEvent(sql, number, {.sequence = 2, .time = job.create_time, .kind = running});
  InsertEvent(sql, number, {.sequence = 3, .time = job.create_time, .kind = EpochEnded{job.progress}});
  InsertEvent(sql, number, {.sequence = 4, .time = job.create_time, .kind = succeeded});
  const int64_t time = absl::ToUnixMicros(job.create_time);
  const std::string result_text = ToText(ToJson(result));
  sql << "UPDATE jobs SET state = 'SUCCEEDED', attempt = 1, owner = 'benchmark', start_time = :start_time, "
         "end_time = :end_time, result = :result, last_sequence = 4 WHERE number = :number",
      soci::use(time), soci::use(time), soci::use(result_text), soci::use(number);

  ModelRecord model;
  model.id = job.id;
  model.job_id = job.id;
  model.dataset_id = job.dataset_id;
  model.spec_json = spec;
  for (int i = 0; i < 64; ++i) model.feature_names.push_back(absl::StrCat("pixel_", i));
  for (int i = 0; i < 10; ++i) model.class_names.push_back(absl::StrCat(i));
  model.metrics = job.progress.metrics;
  model.weights = weights;
  model.parameters = kParameters;
  model.threads = 1;
  model.create_time = job.create_time;
  InsertModel(sql, model);
}

}  // namespace

std::string FinishedJobId(int64_t index) { return absl::StrCat("done-", index); }

absl::Status AddFinishedJobs(const std::string& data_dir, int64_t first, int64_t last) {
  absl::StatusOr<std::unique_ptr<DataDirectory>> directory = DataDirectory::Open(PosixFileSystem(), data_dir);
  if (!directory.ok()) return directory.status();
  absl::StatusOr<std::unique_ptr<BlobStore>> blobs = BlobStore::Open(PosixFileSystem(), (*directory)->blobs_path());
  if (!blobs.ok()) return blobs.status();
  const absl::StatusOr<BlobInfo> weights = PutBlob(**blobs, std::string(kParameters * sizeof(float), 'w'));
  if (!weights.ok()) return weights.status();
  absl::StatusOr<std::unique_ptr<Database>> database = Database::Open((*directory)->database_path());
  if (!database.ok()) return database.status();
  const std::string spec = nlohmann::json::parse(ReadSourceFile("examples/digits.json")).dump();
  while (first < last) {
    const int64_t end = std::min(first + kJobsATransaction, last);
    absl::Status added = (*database)->Write([&](soci::session& sql) {
      for (int64_t index = first; index < end; ++index) AddJob(sql, spec, *weights, index);
      return absl::OkStatus();
    });
    if (!added.ok()) return added;
    first = end;
  }
  return absl::OkStatus();
}

}  // namespace traind
