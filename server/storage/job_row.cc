#include "server/storage/job_row.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "server/storage/enum_names.h"
#include "server/storage/record_json.h"
#include "server/storage/request_key.h"
#include "server/storage/select.h"

namespace traind {

using nlohmann::json;
using soci::into;
using soci::use;

void JobRow::Bind(soci::statement& statement) {
  statement.exchange(into(plain.number));
  statement.exchange(into(plain.id));
  statement.exchange(into(plain.dataset_id));
  statement.exchange(into(plain.validation_dataset_id));
  statement.exchange(into(plain.spec_json));
  statement.exchange(into(plain.tenant));
  statement.exchange(into(plain.priority));
  statement.exchange(into(plain.threads));
  statement.exchange(into(plain.memory_bytes));
  statement.exchange(into(state));
  statement.exchange(into(progress));
  statement.exchange(into(result));
  statement.exchange(into(error));
  statement.exchange(into(plain.owner));
  statement.exchange(into(plain.attempt));
  statement.exchange(into(lease_until));
  statement.exchange(into(create_time));
  statement.exchange(into(start_time, start_time_is));
  statement.exchange(into(end_time, end_time_is));
  statement.exchange(into(plain.last_sequence));
  statement.exchange(into(request_key));
  statement.exchange(into(plain.request.body_sha256));
}

JobRecord JobRow::ToRecord() const {
  JobRecord record = plain;
  SetFromRequestKey(request_key, record.request);
  record.state = JobStateOf(state);
  record.progress = JobProgressOf(json::parse(progress));
  if (!result.empty()) record.result = JobResultOf(json::parse(result));
  if (!error.empty()) record.error = JobErrorOf(json::parse(error));
  record.lease_until = absl::FromUnixMicros(lease_until);
  record.create_time = absl::FromUnixMicros(create_time);
  if (start_time_is == soci::i_ok) record.start_time = absl::FromUnixMicros(start_time);
  if (end_time_is == soci::i_ok) record.end_time = absl::FromUnixMicros(end_time);
  return record;
}

std::vector<JobRecord> SelectJob(soci::session& sql, const std::string& id, const TenantScope& scope) {
  return Select<JobRow>(sql, absl::StrCat(JobRow::kSelect, "WHERE id = :id AND ", scope.condition()), id,
                        scope.parameter());
}

int64_t InsertQueuedJob(soci::session& sql, const JobRecord& job) {
  const std::string progress = ToText(ToJson(job.progress));
  const int64_t create_time = absl::ToUnixMicros(job.create_time);
  const std::string request_key = RequestKey(job.request);
  int64_t number = 0;
  sql << "INSERT INTO jobs (id, dataset_id, validation_dataset_id, spec, tenant, priority, threads, memory_bytes, "
         "state, progress, owner, attempt, "
         "lease_until, create_time, last_sequence, request_id, request_body_sha256) VALUES (:id, :dataset_id, "
         "NULLIF(:validation_dataset_id, ''), :spec, :tenant, :priority, :threads, :memory_bytes, 'QUEUED', :progress, "
         "'', 0, 0, :create_time, 1, "
         "NULLIF(:request_id, ''), :request_body_sha256) RETURNING number",
      use(job.id), use(job.dataset_id), use(job.validation_dataset_id), use(job.spec_json), use(job.tenant),
      use(job.priority), use(job.threads), use(job.memory_bytes), use(progress), use(create_time), use(request_key),
      use(job.request.body_sha256), into(number);
  const StateChanged queued{.state = JobState::kQueued, .result = {}, .error = {}};
  InsertEvent(sql, number, {.sequence = 1, .time = job.create_time, .kind = queued});
  return number;
}

void EventRow::Bind(soci::statement& statement) {
  statement.exchange(into(sequence));
  statement.exchange(into(event_time));
  statement.exchange(into(text.kind));
  statement.exchange(into(text.body));
}

JobEvent EventRow::ToRecord() const {
  return {.sequence = sequence, .time = absl::FromUnixMicros(event_time), .kind = JobEventKindOf(text)};
}

void InsertEvent(soci::session& sql, int64_t job_number, const JobEvent& event) {
  const int64_t event_time = absl::ToUnixMicros(event.time);
  const EventText text = ToText(event.kind);
  sql << "INSERT INTO job_events (job_number, sequence, event_time, kind, body) "
         "VALUES (:job_number, :sequence, :event_time, :kind, :body)",
      use(job_number), use(event.sequence), use(event_time), use(text.kind), use(text.body);
}

}  // namespace traind
