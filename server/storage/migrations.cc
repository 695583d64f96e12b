#include "server/storage/migrations.h"

#include <soci/soci.h>

#include <vector>

#include "absl/strings/str_cat.h"

namespace traind {
namespace {

using Statements = std::vector<const char*>;

// Times are microseconds since 1970 in UTC. Hashes are 64 hex digits. States and the like are the names of the enums.
// `number` counts creations and is never used twice, also after a deletion.
const Statements& FirstTables() {
  static const auto* const kStatements = new Statements{
      R"sql(
      CREATE TABLE datasets (
        id TEXT NOT NULL PRIMARY KEY,
        task TEXT NOT NULL,
        row_count BIGINT NOT NULL,
        feature_count BIGINT NOT NULL,
        feature_names TEXT NOT NULL,        -- JSON array
        label_column TEXT NOT NULL,
        class_names TEXT NOT NULL,          -- JSON array
        feature_sha256 TEXT NOT NULL,       -- blob
        feature_bytes BIGINT NOT NULL,
        label_sha256 TEXT NOT NULL,         -- blob
        label_bytes BIGINT NOT NULL,
        sha256 TEXT NOT NULL,               -- of all that training depends on
        create_time BIGINT NOT NULL,
        request_id TEXT UNIQUE,             -- NULL: none was given
        request_body_sha256 TEXT NOT NULL
      ))sql",
      // To see whether a blob is still in use.
      "CREATE INDEX datasets_by_features ON datasets (feature_sha256)",
      "CREATE INDEX datasets_by_labels ON datasets (label_sha256)",
      R"sql(
      CREATE TABLE jobs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        dataset_id TEXT NOT NULL,           -- no foreign key: an ended job outlives its dataset
        spec TEXT NOT NULL,                 -- TrainingSpec as JSON
        state TEXT NOT NULL,
        progress TEXT NOT NULL,             -- JSON
        result TEXT,                        -- JSON; set when SUCCEEDED
        error TEXT,                         -- JSON; set when FAILED
        owner TEXT NOT NULL,                -- the server that last claimed it; empty: none
        attempt BIGINT NOT NULL,            -- the fencing number: times it was claimed
        lease_until BIGINT NOT NULL,
        create_time BIGINT NOT NULL,
        start_time BIGINT,
        end_time BIGINT,
        last_sequence BIGINT NOT NULL,      -- of the last event in its log
        request_id TEXT UNIQUE,             -- NULL: none was given
        request_body_sha256 TEXT NOT NULL
      ))sql",
      "CREATE INDEX jobs_by_state ON jobs (state, number)",
      "CREATE INDEX jobs_by_dataset ON jobs (dataset_id, state)",
      R"sql(
      CREATE TABLE job_events (
        job_number BIGINT NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
        sequence BIGINT NOT NULL,           -- 1, 2, 3, ...
        event_time BIGINT NOT NULL,
        kind TEXT NOT NULL,                 -- STATE_CHANGED, PROGRESSED, EPOCH_ENDED
        body TEXT NOT NULL,                 -- JSON
        PRIMARY KEY (job_number, sequence)
      ) WITHOUT ROWID)sql",
      // How many jobs are in each state: kept, since counting would look at every job there ever was.
      "CREATE TABLE job_counts (state TEXT NOT NULL PRIMARY KEY, jobs BIGINT NOT NULL)",
      "INSERT INTO job_counts (state, jobs) VALUES ('QUEUED', 0), ('RUNNING', 0), ('CANCELLING', 0), "
      "('SUCCEEDED', 0), ('FAILED', 0), ('CANCELLED', 0)",
      R"sql(
      CREATE TRIGGER count_inserted_job AFTER INSERT ON jobs BEGIN
        UPDATE job_counts SET jobs = jobs + 1 WHERE state = NEW.state;
      END)sql",
      R"sql(
      CREATE TRIGGER count_updated_job AFTER UPDATE OF state ON jobs WHEN OLD.state <> NEW.state BEGIN
        UPDATE job_counts SET jobs = jobs - 1 WHERE state = OLD.state;
        UPDATE job_counts SET jobs = jobs + 1 WHERE state = NEW.state;
      END)sql",
      R"sql(
      CREATE TRIGGER count_deleted_job AFTER DELETE ON jobs BEGIN
        UPDATE job_counts SET jobs = jobs - 1 WHERE state = OLD.state;
      END)sql",
      R"sql(
      CREATE TABLE models (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        job_id TEXT NOT NULL,
        dataset_id TEXT NOT NULL,
        dataset_sha256 TEXT NOT NULL,
        spec TEXT NOT NULL,                 -- TrainingSpec as JSON
        task TEXT NOT NULL,
        feature_names TEXT NOT NULL,        -- JSON array
        class_names TEXT NOT NULL,          -- JSON array
        metrics TEXT NOT NULL,              -- JSON object
        weights_sha256 TEXT NOT NULL,       -- blob
        weights_bytes BIGINT NOT NULL,
        parameter_count BIGINT NOT NULL,
        thread_count BIGINT NOT NULL,
        onednn_version TEXT NOT NULL,
        create_time BIGINT NOT NULL
      ))sql",
      "CREATE INDEX models_by_weights ON models (weights_sha256)",
  };
  return *kStatements;
}

// How often a server ended without a clean stop while it ran the job.
const Statements& CountCrashes() {
  static const auto* const kStatements = new Statements{
      "ALTER TABLE jobs ADD COLUMN crashes BIGINT NOT NULL DEFAULT 0",
  };
  return *kStatements;
}

// Regression datasets had one target a row, named by its column, or not at all if it came as a tensor.
const Statements& SeveralTargets() {
  static const auto* const kStatements = new Statements{
      "ALTER TABLE datasets ADD COLUMN target_names TEXT NOT NULL DEFAULT '[]'",  // JSON array
      "UPDATE datasets SET target_names = json_array(CASE label_column WHEN '' THEN '0' ELSE label_column END) "
      "WHERE task = 'REGRESSION'",
      "ALTER TABLE models ADD COLUMN target_names TEXT NOT NULL DEFAULT '[]'",  // JSON array
  };
  return *kStatements;
}

const Statements& SampleWeights() {
  static const auto* const kStatements = new Statements{
      "ALTER TABLE datasets ADD COLUMN weight_sha256 TEXT",  // blob; NULL: there is none
      "ALTER TABLE datasets ADD COLUMN weight_bytes BIGINT NOT NULL DEFAULT 0",
      "CREATE INDEX datasets_by_weights ON datasets (weight_sha256)",
  };
  return *kStatements;
}

const Statements& ValidationDatasets() {
  static const auto* const kStatements = new Statements{
      "ALTER TABLE jobs ADD COLUMN validation_dataset_id TEXT",  // NULL: none
      "CREATE INDEX jobs_by_validation_dataset ON jobs (validation_dataset_id, state) "
      "WHERE validation_dataset_id IS NOT NULL",
      "ALTER TABLE models ADD COLUMN validation_dataset_id TEXT NOT NULL DEFAULT ''",  // empty: none
      "ALTER TABLE models ADD COLUMN validation_dataset_sha256 TEXT NOT NULL DEFAULT ''",
  };
  return *kStatements;
}

const Statements& MetricTables() {
  static const auto* const kStatements = new Statements{
      "ALTER TABLE models ADD COLUMN metric_tables TEXT NOT NULL DEFAULT '{}'",  // JSON object
  };
  return *kStatements;
}

// An earlier traind trained a job on one thread, unless it had fewer workers than cores.
const Statements& JobThreads() {
  static const auto* const kStatements = new Statements{
      "ALTER TABLE jobs ADD COLUMN threads BIGINT NOT NULL DEFAULT 1",
      "UPDATE jobs SET threads = json_extract(result, '$.threads') WHERE result IS NOT NULL",
  };
  return *kStatements;
}

// Every part was a blob of its own, of 4-byte numbers.
const Statements& DatasetParts() {
  static const auto* const kStatements = new Statements{
      "ALTER TABLE datasets ADD COLUMN feature_offset BIGINT NOT NULL DEFAULT 0",
      "ALTER TABLE datasets ADD COLUMN feature_type TEXT NOT NULL DEFAULT 'FLOAT32'",
      "ALTER TABLE datasets ADD COLUMN label_offset BIGINT NOT NULL DEFAULT 0",
      "ALTER TABLE datasets ADD COLUMN label_type TEXT NOT NULL DEFAULT 'FLOAT32'",
      "ALTER TABLE datasets ADD COLUMN weight_offset BIGINT NOT NULL DEFAULT 0",
      "ALTER TABLE datasets ADD COLUMN weight_type TEXT NOT NULL DEFAULT 'FLOAT32'",
      "UPDATE datasets SET label_type = 'INT32' WHERE task = 'CLASSIFICATION'",
  };
  return *kStatements;
}

const Statements& Tenants() {
  static const auto* const kStatements = new Statements{
      // A counter of all claims: the tenant with the lowest has waited longest.
      "CREATE TABLE tenants (name TEXT NOT NULL PRIMARY KEY, last_claim BIGINT NOT NULL DEFAULT 0)",
      "INSERT INTO tenants (name) VALUES ('default')",
      "ALTER TABLE jobs ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default'",
      "ALTER TABLE jobs ADD COLUMN priority BIGINT NOT NULL DEFAULT 0",
      "ALTER TABLE jobs ADD COLUMN memory_bytes BIGINT NOT NULL DEFAULT 0",
      "CREATE INDEX jobs_by_priority ON jobs (state, priority, tenant, number)",
  };
  return *kStatements;
}

const Statements& ModelPrecision() {
  static const auto* const kStatements = new Statements{
      "ALTER TABLE models ADD COLUMN precision TEXT NOT NULL DEFAULT 'FLOAT32'",
  };
  return *kStatements;
}

const Statements& Checkpoints() {
  static const auto* const kStatements = new Statements{
      R"sql(
      CREATE TABLE job_checkpoints (
        job_number BIGINT NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
        attempt BIGINT NOT NULL,            -- that wrote it
        step BIGINT NOT NULL,               -- after which
        PRIMARY KEY (job_number, attempt, step)
      ) WITHOUT ROWID)sql",
      "ALTER TABLE jobs ADD COLUMN checkpoint_time BIGINT NOT NULL DEFAULT 0",  // of the newest; 0: there is none
      "INSERT INTO job_counts (state, jobs) VALUES ('PAUSING', 0), ('PAUSED', 0)",
  };
  return *kStatements;
}

const Statements& TableColumns() {
  static const auto* const kStatements = new Statements{
      "ALTER TABLE datasets ADD COLUMN columns TEXT NOT NULL DEFAULT '[]'",  // JSON array of objects
      "ALTER TABLE models ADD COLUMN columns TEXT NOT NULL DEFAULT '[]'",    // JSON array of objects
  };
  return *kStatements;
}

const Statements& Uploads() {
  static const auto* const kStatements = new Statements{
      R"sql(
      CREATE TABLE uploads (
        id TEXT NOT NULL PRIMARY KEY,
        dataset_id TEXT NOT NULL,
        format TEXT NOT NULL,               -- DatasetFormat as JSON
        size_bytes BIGINT NOT NULL,
        committed_bytes BIGINT NOT NULL,    -- that are on the disk for good
        create_time BIGINT NOT NULL,
        expire_time BIGINT NOT NULL,
        request_id TEXT UNIQUE,             -- NULL: none was given
        request_body_sha256 TEXT NOT NULL
      ))sql",
      "CREATE INDEX uploads_by_expiry ON uploads (expire_time)",
      "ALTER TABLE datasets ADD COLUMN upload_id TEXT",  // NULL: it came inline
      "ALTER TABLE datasets ADD COLUMN upload_sha256 TEXT NOT NULL DEFAULT ''",
      "CREATE UNIQUE INDEX datasets_by_upload ON datasets (upload_id) WHERE upload_id IS NOT NULL",
  };
  return *kStatements;
}

const Statements& DatasetTenants() {
  static const auto* const kStatements = new Statements{
      "ALTER TABLE datasets ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default'",
      "ALTER TABLE uploads ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default'",
      // What each stores is summed from the index alone.
      "CREATE INDEX datasets_by_tenant ON datasets (tenant, feature_bytes, label_bytes, weight_bytes)",
      "CREATE INDEX uploads_by_tenant ON uploads (tenant, id, size_bytes)",
  };
  return *kStatements;
}

// Tenants see their own only: lists go by tenant, and a request_id is one of its tenant's (`tenant/request_id`).
const Statements& TenantScopes() {
  static const auto* const kStatements = new Statements{
      "ALTER TABLE models ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default'",
      "UPDATE models SET tenant = COALESCE((SELECT tenant FROM jobs WHERE jobs.id = models.job_id), "
      "(SELECT tenant FROM datasets WHERE datasets.id = models.dataset_id AND datasets.sha256 = "
      "models.dataset_sha256), 'default')",
      "CREATE INDEX models_by_tenant ON models (tenant, number)",
      "CREATE INDEX jobs_by_tenant ON jobs (tenant, number)",
      "CREATE INDEX queued_jobs_by_tenant ON jobs (tenant) WHERE state = 'QUEUED'",
      "CREATE INDEX datasets_by_tenant_id ON datasets (tenant, id)",
      "UPDATE datasets SET request_id = tenant || '/' || request_id WHERE request_id IS NOT NULL",
      "UPDATE uploads SET request_id = tenant || '/' || request_id WHERE request_id IS NOT NULL",
      "UPDATE jobs SET request_id = tenant || '/' || request_id WHERE request_id IS NOT NULL",
  };
  return *kStatements;
}

// What is looked up for each claim and each scrape, without the rows.
const Statements& CheapLooks() {
  static const auto* const kStatements = new Statements{
      "CREATE INDEX tenants_by_claim ON tenants (last_claim)",
      "DELETE FROM tenants WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.tenant = tenants.name)",
      "DROP INDEX datasets_by_features",
      "DROP INDEX datasets_by_labels",
      "DROP INDEX datasets_by_weights",
      "CREATE INDEX datasets_by_features ON datasets (feature_sha256, feature_offset, feature_bytes)",
      "CREATE INDEX datasets_by_labels ON datasets (label_sha256, label_offset, label_bytes)",
      "CREATE INDEX datasets_by_weights ON datasets (weight_sha256, weight_offset, weight_bytes)",
  };
  return *kStatements;
}

// Only ever appended to: what is here was run on somebody's data.
std::vector<Statements> Migrations() {
  return {FirstTables(), CountCrashes(),   SeveralTargets(), SampleWeights(),  ValidationDatasets(), MetricTables(),
          JobThreads(),  DatasetParts(),   Tenants(),        ModelPrecision(), Checkpoints(),        TableColumns(),
          Uploads(),     DatasetTenants(), TenantScopes(),   CheapLooks()};
}

}  // namespace

absl::Status Migrate(soci::session& sql) {
  const std::vector<Statements> migrations = Migrations();
  const int known = static_cast<int>(migrations.size());
  int version = 0;
  sql << "PRAGMA user_version", soci::into(version);
  if (version > known) {
    return absl::FailedPreconditionError(absl::StrCat("the database has version ", version, ", this traind knows ",
                                                      known, ": a newer traind made it, run that one"));
  }
  for (; version < known; ++version) {
    soci::transaction transaction(sql);
    for (const char* statement : migrations[static_cast<size_t>(version)]) sql << statement;
    sql << absl::StrCat("PRAGMA user_version = ", version + 1);
    transaction.commit();
  }
  return absl::OkStatus();
}

}  // namespace traind
