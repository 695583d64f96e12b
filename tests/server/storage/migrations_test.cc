// Databases that an earlier traind left.
#include "server/storage/migrations.h"

#include <soci/soci.h>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "server/storage/database.h"
#include "server/storage/dataset_row.h"
#include "server/storage/job_row.h"
#include "server/storage/model_row.h"
#include "server/storage/select.h"
#include "tests/server/storage/temp_directory.h"

namespace traind {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MigrationsTest : public testing::Test {
 protected:
  // Makes the database what it was in version 2.
  void Downgrade() {
    Run({"DROP INDEX datasets_by_features",
         "DROP INDEX datasets_by_labels",
         "CREATE INDEX datasets_by_features ON datasets (feature_sha256)",
         "CREATE INDEX datasets_by_labels ON datasets (label_sha256)",
         "DROP INDEX datasets_by_tenant_id",
         "DROP INDEX jobs_by_tenant",
         "DROP INDEX queued_jobs_by_tenant",
         "DROP INDEX models_by_tenant",
         "ALTER TABLE models DROP COLUMN tenant",
         "ALTER TABLE datasets DROP COLUMN target_names",
         "ALTER TABLE models DROP COLUMN target_names",
         "ALTER TABLE models DROP COLUMN metric_tables",
         "ALTER TABLE models DROP COLUMN precision",
         "DROP INDEX jobs_by_validation_dataset",
         "DROP INDEX jobs_by_priority",
         "DROP TABLE tenants",
         "ALTER TABLE jobs DROP COLUMN tenant",
         "ALTER TABLE jobs DROP COLUMN priority",
         "ALTER TABLE jobs DROP COLUMN memory_bytes",
         "ALTER TABLE jobs DROP COLUMN threads",
         "ALTER TABLE jobs DROP COLUMN validation_dataset_id",
         "ALTER TABLE models DROP COLUMN validation_dataset_id",
         "ALTER TABLE models DROP COLUMN validation_dataset_sha256",
         "DROP INDEX datasets_by_tenant",
         "ALTER TABLE datasets DROP COLUMN tenant",
         "DROP INDEX datasets_by_weights",
         "ALTER TABLE datasets DROP COLUMN weight_sha256",
         "ALTER TABLE datasets DROP COLUMN weight_bytes",
         "ALTER TABLE datasets DROP COLUMN feature_offset",
         "ALTER TABLE datasets DROP COLUMN feature_type",
         "ALTER TABLE datasets DROP COLUMN label_offset",
         "ALTER TABLE datasets DROP COLUMN label_type",
         "ALTER TABLE datasets DROP COLUMN weight_offset",
         "ALTER TABLE datasets DROP COLUMN weight_type",
         "ALTER TABLE jobs DROP COLUMN checkpoint_time",
         "DROP TABLE job_checkpoints",
         "DELETE FROM job_counts WHERE state IN ('PAUSING', 'PAUSED')",
         "ALTER TABLE datasets DROP COLUMN columns",
         "ALTER TABLE models DROP COLUMN columns",
         "DROP TABLE uploads",
         "DROP INDEX datasets_by_upload",
         "ALTER TABLE datasets DROP COLUMN upload_id",
         "ALTER TABLE datasets DROP COLUMN upload_sha256",
         "PRAGMA user_version = 2"});
  }

  void Run(std::initializer_list<std::string> statements) {
    absl::Status status = database_->Write([&](soci::session& sql) {
      for (const std::string& statement : statements) sql << statement;
      return absl::OkStatus();
    });
    ASSERT_TRUE(status.ok()) << status;
  }

  void Reopen() {
    database_.reset();
    database_ = *Database::Open(path_);
  }

  template <typename Row>
  auto First(const std::string& id) {
    decltype(Row().ToRecord()) record;
    absl::Status status = database_->Read([&](soci::session& sql) {
      record = Select<Row>(sql, absl::StrCat(Row::kSelect, "WHERE id = :id"), id).at(0);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return record;
  }

  TempDirectory directory_;
  const std::string path_ = directory_.path() + "/traind.db";
  std::unique_ptr<Database> database_ = *Database::Open(path_);
};

TEST_F(MigrationsTest, ADatabaseOfVersionTwoIsBroughtUpToDate) {
  Downgrade();
  const std::string dataset =
      "INSERT INTO datasets (id, task, row_count, feature_count, feature_names, label_column, class_names, "
      "feature_sha256, feature_bytes, label_sha256, label_bytes, sha256, create_time, request_body_sha256) VALUES ";
  const std::string job =
      "INSERT INTO jobs (id, dataset_id, spec, state, progress, result, owner, attempt, lease_until, create_time, "
      "last_sequence, request_body_sha256) VALUES ";
  const std::string progress =
      "'{\"epoch\":0,\"epochs\":1,\"step\":0,\"steps\":1,\"samples_per_second\":0,\"metrics\":{}}'";
  Run({dataset + "('csv', 'REGRESSION', 2, 1, '[\"x\"]', 'price \"net\"', '[]', 'f', 8, 'l', 8, 's', 0, '')",
       dataset + "('raw', 'REGRESSION', 2, 1, '[\"x\"]', '', '[]', 'f', 8, 'l', 8, 's', 0, '')",
       dataset + "('cats', 'CLASSIFICATION', 2, 1, '[\"x\"]', 'y', '[\"a\",\"b\"]', 'f', 8, 'l', 8, 's', 0, '')",
       "INSERT INTO models (id, job_id, dataset_id, dataset_sha256, spec, task, feature_names, class_names, metrics, "
       "weights_sha256, weights_bytes, parameter_count, thread_count, onednn_version, create_time) VALUES ('m', 'm', "
       "'cats', 's', '{}', 'CLASSIFICATION', '[\"x\"]', '[\"a\",\"b\"]', '{}', 'w', 4, 1, 1, '2.6.3', 0)",
       job + "('waiting', 'cats', '{}', 'QUEUED', " + progress + ", NULL, '', 0, 0, 0, 1, '')",
       job + "('ended', 'cats', '{}', 'SUCCEEDED', " + progress +
           ", '{\"model_id\":\"m\",\"metrics\":{},\"train_seconds\":1,\"samples_per_second\":1,"
           "\"weights_sha256\":\"w\",\"threads\":4}', '', 1, 0, 0, 1, '')"});
  Reopen();
  EXPECT_THAT(First<DatasetRow>("csv").target_names, ElementsAre("price \"net\""));
  EXPECT_THAT(First<DatasetRow>("raw").target_names, ElementsAre("0"));
  EXPECT_THAT(First<DatasetRow>("cats").target_names, IsEmpty());
  EXPECT_THAT(First<DatasetRow>("cats").class_names, ElementsAre("a", "b"));
  EXPECT_FALSE(First<DatasetRow>("csv").weight_part.has_value());
  EXPECT_EQ(First<DatasetRow>("csv").label_part.type, engine::ElementType::kFloat32);
  EXPECT_EQ(First<DatasetRow>("csv").label_part.size, 8);
  EXPECT_EQ(First<DatasetRow>("cats").label_part.type, engine::ElementType::kInt32);
  EXPECT_EQ(First<DatasetRow>("cats").feature_part.offset, 0);
  EXPECT_EQ(First<JobRow>("waiting").validation_dataset_id, "");
  EXPECT_EQ(First<JobRow>("waiting").threads, 1);
  EXPECT_EQ(First<JobRow>("waiting").tenant, "default");
  EXPECT_EQ(First<JobRow>("ended").threads, 4);
  EXPECT_EQ(First<ModelRow>("m").tenant, "default");
  EXPECT_EQ(First<ModelRow>("m").validation_dataset_id, "");
  EXPECT_THAT(First<ModelRow>("m").metric_tables, IsEmpty());
  EXPECT_EQ(First<ModelRow>("m").precision, Precision::kFloat32);
  EXPECT_THAT(First<ModelRow>("m").target_names, IsEmpty());
}

TEST_F(MigrationsTest, AModelIsItsJobsTenantsAndARequestIdIsOneOfItsTenant) {
  Run({"DROP INDEX tenants_by_claim", "DROP INDEX datasets_by_tenant_id", "DROP INDEX jobs_by_tenant",
       "DROP INDEX queued_jobs_by_tenant", "DROP INDEX models_by_tenant", "ALTER TABLE models DROP COLUMN tenant",
       "PRAGMA user_version = 14"});
  const std::string job =
      "INSERT INTO jobs (id, dataset_id, spec, state, progress, owner, attempt, lease_until, create_time, "
      "last_sequence, request_id, request_body_sha256, tenant) VALUES ('m', 'd', '{}', 'QUEUED', "
      "'{\"epoch\":0,\"epochs\":1,\"step\":0,\"steps\":1,\"samples_per_second\":0,\"metrics\":{}}', '', 0, 0, 0, 1, "
      "'a/b', '', 'acme')";
  const std::string model =
      "INSERT INTO models (job_id, dataset_id, dataset_sha256, spec, task, feature_names, class_names, metrics, "
      "weights_sha256, weights_bytes, parameter_count, thread_count, onednn_version, create_time, id) VALUES ";
  Run({job, model + "('m', 'd', 's', '{}', 'REGRESSION', '[]', '[]', '{}', 'w', 4, 1, 1, '2.6.3', 0, 'm')",
       model + "('gone', 'd', 's', '{}', 'REGRESSION', '[]', '[]', '{}', 'w', 4, 1, 1, '2.6.3', 0, 'orphan')"});
  Reopen();
  EXPECT_EQ(First<ModelRow>("m").tenant, "acme");
  EXPECT_EQ(First<ModelRow>("orphan").tenant, "default");
  EXPECT_EQ(First<JobRow>("m").request.id, "a/b");
  EXPECT_EQ(First<JobRow>("m").request.tenant, "acme");
}

}  // namespace
}  // namespace traind
