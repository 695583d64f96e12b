// The statements that run all day must find their rows by an index, however many jobs and datasets there are. What is
// planned is what the stores really run: SQLite is listened to while they are all called.
#include <sqlite3.h>

#include <memory>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "server/storage/blob_references.h"
#include "server/storage/disk_floor.h"
#include "server/storage/upload_store.h"
#include "tests/server/storage/put_blob.h"
#include "tests/server/storage/storage_fixture.h"

namespace traind {
namespace {

// Hears the statements of every connection that is opened while it lives. One at a time.
class SqlListener {
 public:
  SqlListener() {
    listening_ = this;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&OnOpen));
  }
  ~SqlListener() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&OnOpen)); }

  // Those heard since the last call.
  std::set<std::string> Take() {
    absl::MutexLock lock(&mutex_);
    return std::exchange(statements_, {});
  }

 private:
  static int OnOpen(sqlite3* connection, char** /*error*/, const void* /*api*/) {
    return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, &OnStatement, listening_);
  }
  static int OnStatement(unsigned /*event*/, void* self, void* statement, void* /*text*/) {
    auto* listener = static_cast<SqlListener*>(self);
    absl::MutexLock lock(&listener->mutex_);
    listener->statements_.insert(sqlite3_sql(static_cast<sqlite3_stmt*>(statement)));
    return 0;
  }

  static SqlListener* listening_;
  absl::Mutex mutex_;
  std::set<std::string> statements_ ABSL_GUARDED_BY(mutex_);
};

SqlListener* SqlListener::listening_ = nullptr;

class QueryPlanTest : public StorageFixture {
 protected:
  void SetUp() override {
    Open();
    listener_.Take();  // those that make the tables
  }

  // One line for each step.
  std::string Plan(const std::string& statement) {
    sqlite3* connection = nullptr;
    EXPECT_EQ(sqlite3_open((directory_.path() + "/traind.db").c_str(), &connection), SQLITE_OK);
    sqlite3_stmt* explain = nullptr;
    const std::string text = "EXPLAIN QUERY PLAN " + statement;
    EXPECT_EQ(sqlite3_prepare_v2(connection, text.c_str(), -1, &explain, nullptr), SQLITE_OK) << text;
    std::string plan;
    while (sqlite3_step(explain) == SQLITE_ROW) {
      plan += std::string(reinterpret_cast<const char*>(sqlite3_column_text(explain, 3))) + "\n";
    }
    sqlite3_finalize(explain);
    sqlite3_close(connection);
    return plan;
  }

  // Calls every store, with and without a tenant.
  void UseEverything() {
    const DiskFloor floor(files_, directory_.path(), 0);
    const std::unique_ptr<UploadStore> uploads =
        UploadStore::Make(*database_, {.tenant_bytes = 1 << 20, .uploads = 10});
    UploadRecord upload;
    upload.id = "u1";
    upload.request = {"r1", "body"};
    ASSERT_TRUE(uploads->Insert(upload, floor).ok());
    ASSERT_TRUE(uploads->SetCommitted("u1", 1, At(1)).ok());
    ASSERT_TRUE(uploads->ListExpired(At(2)).ok());
    DatasetRecord record = Digits("digits");
    record.request = {"r2", "body"};
    record.upload_id = "u1";
    ASSERT_TRUE(Publish(record, {"features", "labels", "weights"}).ok());
    ASSERT_TRUE(PublishDataset("short-lived").ok());
    ASSERT_TRUE(uploads->Delete("u2").ok());
    ASSERT_TRUE(datasets_->FindRequest({"r2", "body"}).ok());
    ASSERT_TRUE(datasets_->FindUpload("u1").ok());
    ASSERT_TRUE(DatasetBytes(*database_).ok());

    const std::unique_ptr<JobStore> limited = JobStore::Make(*database_, {.tenant_queued = 10});
    for (const char* id : {"a", "b", "c"}) {
      JobRecord job = Job(id);
      job.request = {id, "body"};
      ASSERT_TRUE(limited->CheckInsertable(job, 10).ok());
      ASSERT_TRUE(limited->Insert(job, 10).ok());
    }
    ASSERT_TRUE(jobs_->FindRequest({"a", "body"}).ok());
    ASSERT_TRUE(jobs_->LimitResources({.cores = 2, .memory_bytes = 1 << 20}).ok());
    ASSERT_TRUE(jobs_->OldestQueued(At(15)).ok());
    ASSERT_TRUE(jobs_->Claim("me", At(20), At(50)).ok());
    const JobClaim claim = {"a", 1};
    absl::Notification appended;
    jobs_->AppendAsync(claim, {JobEvent{}}, [&](const absl::Status&) { appended.Notify(); });
    appended.WaitForNotification();
    for (const int64_t step : {1, 2, 3}) ASSERT_TRUE(jobs_->AddCheckpoint(claim, step, At(21)).ok());
    ASSERT_TRUE(jobs_->ForgetCheckpoint(claim, {1, 1, 3}).ok());
    ASSERT_TRUE(jobs_->Checkpoints(1).ok());
    ASSERT_TRUE(jobs_->OldestUnsaved(At(22)).ok());
    ASSERT_TRUE(jobs_->RequestPause("a", At(23)).ok());
    ASSERT_TRUE(jobs_->Pause(claim, At(24)).ok());
    ASSERT_TRUE(jobs_->Resume("a", At(25)).ok());
    ASSERT_TRUE(jobs_->RequestCancel("b", At(26)).ok());
    ASSERT_TRUE(jobs_->Claim("me", At(27), At(50)).ok());
    ASSERT_TRUE(jobs_->Finish({"a", 2}, Success("a", *PutBlob(*blobs_, "weights")), At(28)).ok());
    ASSERT_TRUE(jobs_->CountByState().ok());
    for (const TenantScope& scope : {TenantScope::All(), TenantScope::Of("default")}) {
      ASSERT_TRUE(jobs_->Get("a", scope).ok());
      ASSERT_TRUE(jobs_->List(0, 10, scope).ok());
      ASSERT_TRUE(jobs_->ReadLog("a", 0, 10, scope).ok());
      ASSERT_TRUE(models_->Get("a", scope).ok());
      ASSERT_TRUE(models_->List(0, 10, scope).ok());
      ASSERT_TRUE(datasets_->Get("digits", scope).ok());
      ASSERT_FALSE(datasets_->GetForTraining("none", scope).ok());
      ASSERT_TRUE(datasets_->List("", 10, scope).ok());
      ASSERT_FALSE(uploads->Get("u1", scope).ok());
    }
    ASSERT_TRUE(jobs_->Delete("b").ok());
    ASSERT_TRUE(models_->Delete("a").ok());
    ASSERT_TRUE(datasets_->Delete("short-lived").ok());
    ASSERT_TRUE(jobs_->RecoverInterrupted(At(30)).ok());
    ASSERT_TRUE(jobs_->RequeueInterrupted(At(30)).ok());
  }

  // Whether a step of a plan walks over all rows of a table that grows with what is stored.
  static bool Walks(absl::string_view step) {
    if (!absl::StartsWith(step, "SCAN ")) return false;
    for (const char* of_few : {
             "SCAN uploads",     // --max_uploads are the most
             "SCAN job_counts",  // a row a state
             "SCAN highest",
             "SCAN waiting",
             "SCAN running",
             "SCAN CONSTANT ROW",
             "SCAN (",
             // Bytes of all datasets, for the metrics: from three narrow indexes, without the rows.
             "SCAN datasets USING COVERING INDEX",
         }) {
      if (absl::StartsWith(step, of_few)) return false;
    }
    return true;
  }

  SqlListener listener_;
};

TEST_F(QueryPlanTest, NothingWalksOverATable) {
  UseEverything();
  int planned = 0;
  for (const std::string& statement : listener_.Take()) {
    if (absl::StartsWith(statement, "PRAGMA") || absl::StartsWith(statement, "BEGIN") ||
        absl::StartsWith(statement, "COMMIT") || absl::StrContains(statement, "SAVEPOINT") ||
        absl::StartsWith(statement, "ROLLBACK")) {
      continue;
    }
    ++planned;
    const std::string plan = Plan(statement);
    for (const absl::string_view step : absl::StrSplit(plan, '\n')) {
      EXPECT_FALSE(Walks(step)) << statement << "\n" << plan;
    }
  }
  EXPECT_GT(planned, 50) << "the listener is deaf";
}

TEST_F(QueryPlanTest, AWalkIsSeen) {
  EXPECT_TRUE(Walks(Plan("SELECT COUNT(*) FROM jobs WHERE owner = 'x'")));
  EXPECT_TRUE(Walks(Plan("SELECT columns FROM datasets")));
  EXPECT_FALSE(Walks(Plan("SELECT owner FROM jobs WHERE number = 1")));
}

}  // namespace
}  // namespace traind
