// A row of the table of jobs, and the rows of a job's log.
#ifndef TRAIND_SERVER_STORAGE_JOB_ROW_H_
#define TRAIND_SERVER_STORAGE_JOB_ROW_H_

#include <soci/soci.h>

#include <string>
#include <vector>

#include "server/storage/event_json.h"
#include "server/storage/records.h"
#include "server/storage/tenant_scope.h"

namespace traind {

// For Select of select.h.
struct JobRow {
  // `SELECT <all columns> FROM jobs `, to be followed by the rest of a query.
  static constexpr char kSelect[] =
      "SELECT number, id, dataset_id, COALESCE(validation_dataset_id, ''), spec, tenant, priority, "
      "threads, memory_bytes, state, progress, "
      "COALESCE(result, ''), COALESCE(error, ''), owner, attempt, lease_until, create_time, start_time, end_time, "
      "last_sequence, COALESCE(request_id, ''), request_body_sha256 FROM jobs ";

  void Bind(soci::statement& statement);
  JobRecord ToRecord() const;
  std::string Name() const { return "trainingJobs/" + plain.id; }
  size_t TextBytes() const { return plain.spec_json.size() + progress.size() + result.size() + error.size(); }

  JobRecord plain;  // what is a column as it is
  std::string state;
  std::string progress;
  std::string result;  // empty: none
  std::string error;   // empty: none
  int64_t lease_until = 0;
  std::string request_key;
  int64_t create_time = 0;
  int64_t start_time = 0;
  int64_t end_time = 0;
  soci::indicator start_time_is = soci::i_null;
  soci::indicator end_time_is = soci::i_null;
};

// The job of that id, if it is in the scope.
std::vector<JobRecord> SelectJob(soci::session& sql, const std::string& id, const TenantScope& scope);

// Inserts a QUEUED job and the event that tells of it; returns its number. Reads only what is known at creation.
int64_t InsertQueuedJob(soci::session& sql, const JobRecord& job);

// A row of the log; for Select of select.h.
struct EventRow {
  // Parameters: the job's number, the sequence after which to begin, how many.
  static constexpr char kSelect[] =
      "SELECT sequence, event_time, kind, body FROM job_events WHERE job_number = :number AND sequence > :after "
      "ORDER BY sequence LIMIT :count";

  void Bind(soci::statement& statement);
  JobEvent ToRecord() const;
  std::string Name() const { return "event " + std::to_string(sequence); }

  int64_t sequence = 0;
  int64_t event_time = 0;
  EventText text;
};

// `event.sequence` is set already, and counted in the job's `last_sequence`.
void InsertEvent(soci::session& sql, int64_t job_number, const JobEvent& event);

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_JOB_ROW_H_
