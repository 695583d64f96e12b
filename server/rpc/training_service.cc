#include "server/rpc/training_service.h"

#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/training/thread_choice.h"
#include "engine/training/training_bytes.h"
#include "server/convert/job.h"
#include "server/convert/page_token.h"
#include "server/convert/request_mark.h"
#include "server/convert/resource_name.h"
#include "server/convert/training_spec.h"
#include "server/datasets/stored_dataset.h"
#include "server/datasets/validation_match.h"
#include "server/errors/errors.h"
#include "server/rpc/answer.h"
#include "server/rpc/call_context.h"
#include "server/rpc/refused_stream.h"

namespace traind {

using google::protobuf::Empty;

namespace {

// For a job whose creator does not care: `job-` and 60 random bits.
std::string NewJobId() {
  static constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
  std::random_device random;
  std::string id = "job-";
  for (int i = 0; i < 12; ++i) id += kDigits[random() % kDigits.size()];
  return id;
}

// Empty if none is given.
std::string ValidationDatasetId(const v1::TrainingJob& wanted, std::vector<FieldViolation>& violations) {
  if (wanted.validation_dataset().empty()) return "";
  if (wanted.spec().validation_split() > 0) {
    violations.push_back(
        {"validation_dataset", absl::StrCat("is given beside a spec.validation_split of ",
                                            wanted.spec().validation_split(), "; leave out one of them")});
  }
  return ParseResourceName(kDatasets, wanted.validation_dataset(), "validation_dataset", violations);
}

constexpr int32_t kMaxPriority = 1000;

void CheckPriority(int32_t priority, std::vector<FieldViolation>& violations) {
  if (-kMaxPriority <= priority && priority <= kMaxPriority) return;
  violations.push_back(
      {"priority", absl::StrCat("is ", priority, "; it must be ", -kMaxPriority, " to ", kMaxPriority)});
}

// Numbers that no server would take are the spec's own fault.
void CheckThreads(const v1::TrainingSpec& spec, int cores, std::vector<FieldViolation>& violations) {
  if (spec.threads() <= cores || spec.threads() > engine::kMaxThreads) return;
  violations.push_back({"spec.threads", absl::StrCat("is ", spec.threads(), "; it must be 0 to ", cores,
                                                     ", the cores that this server gives to jobs")});
}

}  // namespace

TrainingService::TrainingService(JobStore& jobs, DatasetStore& datasets, Scheduler& scheduler, WatchStreams& watches,
                                 JobResources resources, SpecLimits limits, Executor& executor)
    : jobs_(jobs),
      datasets_(datasets),
      scheduler_(scheduler),
      watches_(watches),
      resources_(resources),
      limits_(limits),
      executor_(executor) {}

grpc::ServerUnaryReactor* TrainingService::CreateTrainingJob(grpc::CallbackServerContext* context,
                                                             const v1::CreateTrainingJobRequest* request,
                                                             v1::TrainingJob* response) {
  return Answer<v1::TrainingJob>(context, executor_, request, response,
                                 [this, request](const Caller& caller) { return Create(*request, caller); });
}

absl::StatusOr<v1::TrainingJob> TrainingService::Create(const v1::CreateTrainingJobRequest& request,
                                                        const Caller& caller) {
  const v1::TrainingJob& wanted = request.training_job();
  const absl::StatusOr<std::string> tenant = TenantFor(caller, wanted.tenant());
  if (!tenant.ok()) return tenant.status();
  const TenantScope scope = ScopeOf(caller);
  std::vector<FieldViolation> violations;
  JobRecord job;
  job.id = request.training_job_id().empty() ? NewJobId() : request.training_job_id();
  CheckId(job.id, "training_job_id", violations);
  job.dataset_id = ParseResourceName(kDatasets, wanted.dataset(), "dataset", violations);
  job.validation_dataset_id = ValidationDatasetId(wanted, violations);
  const absl::StatusOr<engine::TrainingSpec> spec = FromProto(wanted.spec());
  for (FieldViolation& violation : DetailsOf(spec.status()).violations) violations.push_back(std::move(violation));
  CheckThreads(wanted.spec(), static_cast<int>(resources_.cores), violations);
  job.tenant = *tenant;
  CheckId(job.tenant, "tenant", violations);
  job.priority = wanted.priority();
  CheckPriority(wanted.priority(), violations);
  job.request = MarkOf(request, "request_id", violations);
  job.request.tenant = *tenant;
  if (!violations.empty()) return InvalidFields(violations);

  absl::StatusOr<std::optional<JobRecord>> earlier = jobs_.FindRequest(job.request);
  if (!earlier.ok()) return earlier.status();
  if (earlier->has_value()) return ToProto(**earlier);

  absl::StatusOr<DatasetRecord> dataset = datasets_.GetForTraining(job.dataset_id, scope);
  if (!dataset.ok()) return dataset.status();
  std::optional<DatasetRecord> validation;
  if (!job.validation_dataset_id.empty()) {
    absl::StatusOr<DatasetRecord> found = datasets_.GetForTraining(job.validation_dataset_id, scope);
    if (!found.ok()) return found.status();
    if (absl::Status fits = CheckValidates(*found, *dataset); !fits.ok()) return fits;
    validation = *std::move(found);
  }
  const DatasetRecord* const second = validation ? &*validation : nullptr;
  if (absl::Status fits = CheckFits(*spec, *dataset, second); !fits.ok()) return fits;
  if (absl::Status allowed = CheckLimits(*spec, *dataset, limits_); !allowed.ok()) return allowed;
  const absl::StatusOr<int64_t> memory_bytes = EstimateMemory(*spec, *dataset, second);
  if (!memory_bytes.ok()) return memory_bytes.status();

  job.spec_json = SpecToJson(wanted.spec());
  job.threads = engine::ChooseThreads(*spec, ShapeOf(*dataset), static_cast<int>(resources_.cores));
  job.memory_bytes = *memory_bytes;
  job.progress.epochs = spec->epochs;
  if (request.validate_only()) {
    if (absl::Status status = scheduler_.CheckSubmittable(job, scope); !status.ok()) return status;
    v1::TrainingJob answer;
    if (!request.training_job_id().empty()) answer.set_name(ResourceName(kTrainingJobs, job.id));
    answer.set_dataset(wanted.dataset());
    answer.set_validation_dataset(wanted.validation_dataset());
    *answer.mutable_spec() = wanted.spec();
    answer.set_threads(static_cast<int32_t>(job.threads));
    answer.set_tenant(job.tenant);
    answer.set_priority(wanted.priority());
    answer.set_memory_bytes(job.memory_bytes);
    return answer;
  }
  absl::StatusOr<JobRecord> stored = scheduler_.Submit(std::move(job), scope);
  if (!stored.ok()) return stored.status();
  return ToProto(*stored);
}

absl::StatusOr<int64_t> TrainingService::EstimateMemory(const engine::TrainingSpec& spec, const DatasetRecord& dataset,
                                                        const DatasetRecord* validation) const {
  engine::DatasetShape validation_shape;
  if (validation != nullptr) validation_shape.rows = validation->rows;
  absl::StatusOr<int64_t> needed =
      engine::EstimateTrainingBytes(spec, ShapeOf(dataset), validation == nullptr ? nullptr : &validation_shape);
  if (absl::IsFailedPrecondition(needed.status())) return WithReason(needed.status(), "NO_BFLOAT16");
  if (!needed.ok()) return needed.status();
  if (*needed <= resources_.memory_bytes) return needed;
  return WithReason(
      absl::ResourceExhaustedError(absl::StrCat("the training would need about ", *needed >> 20,
                                                " MiB and the server allows ", resources_.memory_bytes >> 20,
                                                " MiB for all jobs at once; make layers or batch_size smaller, or "
                                                "start traind with a larger --memory_budget_mb")),
      "MEMORY_BUDGET",
      {{"needed_bytes", absl::StrCat(*needed)}, {"budget_bytes", absl::StrCat(resources_.memory_bytes)}});
}

grpc::ServerUnaryReactor* TrainingService::GetTrainingJob(grpc::CallbackServerContext* context,
                                                          const v1::GetTrainingJobRequest* request,
                                                          v1::TrainingJob* response) {
  return Answer<v1::TrainingJob>(context, executor_, request, response,
                                 [this, request](const Caller& caller) -> absl::StatusOr<v1::TrainingJob> {
                                   absl::StatusOr<std::string> id = ParseResourceName(kTrainingJobs, request->name());
                                   if (!id.ok()) return id.status();
                                   absl::StatusOr<JobRecord> record = jobs_.Get(*id, ScopeOf(caller));
                                   if (!record.ok()) return record.status();
                                   return ToProto(*record);
                                 });
}

grpc::ServerUnaryReactor* TrainingService::ListTrainingJobs(grpc::CallbackServerContext* context,
                                                            const v1::ListTrainingJobsRequest* request,
                                                            v1::ListTrainingJobsResponse* response) {
  using Response = v1::ListTrainingJobsResponse;
  return Answer<Response>(
      context, executor_, request, response, [this, request](const Caller& caller) -> absl::StatusOr<Response> {
        absl::StatusOr<PageByNumber> page =
            ParsePageByNumber(kTrainingJobs, request->page_size(), request->page_token());
        if (!page.ok()) return page.status();
        absl::StatusOr<Page<JobRecord>> found = jobs_.List(page->before, page->limit, ScopeOf(caller));
        if (!found.ok()) return found.status();
        Response result;
        size_t bytes = 0;
        for (const JobRecord& record : found->records) {
          absl::StatusOr<v1::TrainingJob> job = ToProto(record);
          if (!job.ok()) return job.status();
          if (job->has_result()) job->mutable_result()->clear_metric_tables();
          bytes += job->ByteSizeLong();
          if (bytes > kPageBytes && !result.training_jobs().empty()) break;
          *result.add_training_jobs() = *std::move(job);
          const bool last = !found->more && &record == &found->records.back();
          result.set_next_page_token(last ? "" : PageTokenBefore(kTrainingJobs, record.number));
        }
        return result;
      });
}

absl::StatusOr<v1::TrainingJob> TrainingService::Ask(absl::StatusOr<JobRecord> (Scheduler::*what)(const std::string&,
                                                                                                  const TenantScope&),
                                                     const std::string& name, const Caller& caller) {
  absl::StatusOr<std::string> id = ParseResourceName(kTrainingJobs, name);
  if (!id.ok()) return id.status();
  absl::StatusOr<JobRecord> record = (scheduler_.*what)(*id, ScopeOf(caller));
  if (!record.ok()) return record.status();
  return ToProto(*record);
}

grpc::ServerUnaryReactor* TrainingService::CancelTrainingJob(grpc::CallbackServerContext* context,
                                                             const v1::CancelTrainingJobRequest* request,
                                                             v1::TrainingJob* response) {
  return Answer<v1::TrainingJob>(context, executor_, request, response, [this, request](const Caller& caller) {
    return Ask(&Scheduler::Cancel, request->name(), caller);
  });
}

grpc::ServerUnaryReactor* TrainingService::PauseTrainingJob(grpc::CallbackServerContext* context,
                                                            const v1::PauseTrainingJobRequest* request,
                                                            v1::TrainingJob* response) {
  return Answer<v1::TrainingJob>(context, executor_, request, response, [this, request](const Caller& caller) {
    return Ask(&Scheduler::Pause, request->name(), caller);
  });
}

grpc::ServerUnaryReactor* TrainingService::ResumeTrainingJob(grpc::CallbackServerContext* context,
                                                             const v1::ResumeTrainingJobRequest* request,
                                                             v1::TrainingJob* response) {
  return Answer<v1::TrainingJob>(context, executor_, request, response, [this, request](const Caller& caller) {
    return Ask(&Scheduler::Resume, request->name(), caller);
  });
}

grpc::ServerUnaryReactor* TrainingService::DeleteTrainingJob(grpc::CallbackServerContext* context,
                                                             const v1::DeleteTrainingJobRequest* request,
                                                             Empty* response) {
  return Answer<Empty>(context, executor_, request, response,
                       [this, request](const Caller& caller) -> absl::StatusOr<Empty> {
                         absl::StatusOr<std::string> id = ParseResourceName(kTrainingJobs, request->name());
                         if (!id.ok()) return id.status();
                         if (absl::Status status = jobs_.Delete(*id, ScopeOf(caller)); !status.ok()) return status;
                         return Empty();
                       });
}

grpc::ServerWriteReactor<v1::TrainingEvent>* TrainingService::WatchTrainingJob(
    grpc::CallbackServerContext* context, const v1::WatchTrainingJobRequest* request) {
  using Refused = RefusedStream<grpc::ServerWriteReactor<v1::TrainingEvent>>;
  CallContext& call = CallOf(context);
  call.set_resource(ResourceIn(*request));
  if (!call.caller().ok()) return new Refused(call.caller().status());
  std::vector<FieldViolation> violations;
  const std::string id = ParseResourceName(kTrainingJobs, request->name(), "name", violations);
  if (request->after_sequence() < 0) {
    violations.push_back({"after_sequence", absl::StrCat(request->after_sequence(), "; must be 0 or more")});
  }
  if (violations.empty()) return watches_.Open(id, request->after_sequence(), ScopeOf(*call.caller()));
  return new Refused(InvalidFields(violations));
}

}  // namespace traind
