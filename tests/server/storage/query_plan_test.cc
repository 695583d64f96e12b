// The statements that run all day must find their rows by an index, however many jobs there are.
#include <soci/soci.h>

#include "gmock/gmock.h"
#include "server/storage/dataset_row.h"
#include "server/storage/job_row.h"
#include "server/storage/model_row.h"
#include "server/storage/upload_row.h"
#include "tests/server/storage/storage_fixture.h"

namespace traind {
namespace {

class QueryPlanTest : public StorageFixture {
 protected:
  std::string Plan(const std::string& statement) {
    std::string plan;
    absl::Status status = database_->Read([&](soci::session& sql) {
      int number = 0;
      std::string detail;
      soci::statement explain = (sql.prepare << "EXPLAIN QUERY PLAN " + statement, soci::into(number),
                                 soci::into(number), soci::into(number), soci::into(detail));
      explain.execute();
      while (explain.fetch()) plan += detail + "\n";
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_FALSE(plan.empty());
    return plan;
  }
};

TEST_F(QueryPlanTest, NothingScansATable) {
  for (const std::string& statement : {
           std::string(JobRow::kSelect) + "WHERE id = 'x'",
           std::string(JobRow::kSelect) + "WHERE number = 1",
           std::string(JobRow::kSelect) + "WHERE request_id = 'x'",
           std::string(JobRow::kSelect) + "WHERE number < 9 ORDER BY number DESC LIMIT 3",
           std::string(ModelRow::kSelect) + "WHERE number < 9 ORDER BY number DESC LIMIT 3",
           std::string(DatasetRow::kSelect) + "WHERE id > 'x' ORDER BY id LIMIT 3",
           std::string(DatasetRow::kSelect) + "WHERE request_id = 'x'",
           std::string(EventRow::kSelect),
           std::string("SELECT MIN(number) FROM jobs WHERE state = 'QUEUED' AND tenant = 't' AND "
                       "priority = (SELECT MAX(priority) FROM jobs WHERE state = 'QUEUED')"),
           std::string("SELECT tenant, SUM(threads) FROM jobs WHERE state IN ('RUNNING', 'PAUSING', 'CANCELLING') "
                       "GROUP BY tenant"),
           std::string("UPDATE jobs SET state = 'RUNNING' WHERE number = 1 AND threads <= 2 RETURNING number"),
           std::string(
               "UPDATE jobs SET threads = 2 WHERE state IN ('QUEUED', 'PAUSED') AND (threads > 2 OR memory_bytes > 2)"),
           std::string("UPDATE jobs SET last_sequence = last_sequence + 1 WHERE id = 'x' AND attempt = 1 AND "
                       "state IN ('RUNNING', 'PAUSING', 'CANCELLING') RETURNING number"),
           std::string("SELECT number FROM jobs WHERE state IN ('RUNNING', 'PAUSING', 'CANCELLING') ORDER BY number"),
           std::string("SELECT id FROM jobs WHERE dataset_id = 'x' AND "
                       "state IN ('QUEUED', 'RUNNING', 'PAUSING', 'PAUSED', 'CANCELLING') LIMIT 1"),
           std::string("SELECT id FROM jobs WHERE validation_dataset_id = 'x' AND "
                       "state IN ('QUEUED', 'RUNNING', 'PAUSING', 'PAUSED', 'CANCELLING') LIMIT 1"),
           std::string("SELECT step FROM job_checkpoints WHERE job_number = 1 ORDER BY attempt DESC, step DESC"),
           std::string("SELECT MIN(start_time) FROM jobs WHERE state = 'RUNNING'"),
           std::string("SELECT jobs FROM job_counts WHERE state = 'QUEUED'"),
           std::string(DatasetRow::kSelect) + "WHERE upload_id = 'x'",
           std::string(UploadRow::kSelect) + "WHERE id = 'x'",
           std::string(UploadRow::kSelect) + "WHERE request_id = 'x'",
           std::string(UploadRow::kSelect) + "WHERE expire_time <= 1",
           std::string("SELECT SUM(feature_bytes + label_bytes + weight_bytes) FROM datasets WHERE tenant = 'x'"),
           std::string("SELECT SUM(size_bytes) FROM uploads WHERE tenant = 'x' AND id <> 'u'"),
           std::string("SELECT COUNT(*) FROM datasets WHERE feature_sha256 = 'x'"),
           std::string("SELECT COUNT(*) FROM datasets WHERE label_sha256 = 'x'"),
           std::string("SELECT COUNT(*) FROM datasets WHERE weight_sha256 = 'x'"),
           std::string("SELECT COUNT(*) FROM models WHERE weights_sha256 = 'x'"),
       }) {
    const std::string plan = Plan(statement);
    EXPECT_THAT(plan, testing::HasSubstr("SEARCH ")) << statement;
    EXPECT_THAT(plan, testing::Not(testing::HasSubstr("SCAN "))) << statement;
  }
}

TEST_F(QueryPlanTest, ThePlanWouldShowAScan) {
  EXPECT_THAT(Plan("SELECT COUNT(*) FROM jobs WHERE owner = 'x'"), testing::HasSubstr("SCAN "));
}

}  // namespace
}  // namespace traind
