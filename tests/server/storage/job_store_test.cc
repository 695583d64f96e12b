#include "server/storage/job_store.h"

#include <soci/soci.h>

#include "gmock/gmock.h"
#include "server/storage/select.h"
#include "tests/server/storage/put_blob.h"
#include "tests/server/storage/storage_fixture.h"

namespace traind {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class JobStoreTest : public StorageFixture {
 protected:
  void SetUp() override {
    StorageFixture::SetUp();
    ASSERT_TRUE(PublishDataset("digits").ok());
  }

  void End(const std::string& id) { ASSERT_TRUE(jobs_->RequestCancel(id, At(30)).ok()); }
};

TEST_F(JobStoreTest, WhatIsInsertedComesBackAfterARestart) {
  JobRecord job = Job("night");
  job.request = {"r1", "body"};
  absl::StatusOr<JobRecord> inserted = jobs_->Insert(job, 10);
  ASSERT_TRUE(inserted.ok()) << inserted.status();
  Reopen();
  absl::StatusOr<JobRecord> found = jobs_->Get("night");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->number, inserted->number);
  EXPECT_GT(found->number, 0);
  EXPECT_EQ(found->dataset_id, "digits");
  EXPECT_EQ(found->spec_json, job.spec_json);
  EXPECT_EQ(found->state, JobState::kQueued);
  EXPECT_EQ(found->progress.epochs, 20);
  EXPECT_EQ(found->attempt, 0);
  EXPECT_EQ(found->create_time, At(10));
  EXPECT_EQ(found->start_time, std::nullopt);
  EXPECT_EQ(found->end_time, std::nullopt);
  EXPECT_FALSE(found->result.has_value());
  EXPECT_FALSE(found->error.has_value());
  EXPECT_EQ(found->request.id, "r1");
  EXPECT_THAT(StatesInLog("night"), ElementsAre(JobState::kQueued));
  EXPECT_EQ(jobs_->ReadLog("night", 0, 1)->front().time, At(10));
}

TEST_F(JobStoreTest, ARepeatReturnsTheJobAsItIsNow) {
  JobRecord job = Job("night");
  job.request = {"r1", "body"};
  ASSERT_TRUE(jobs_->Insert(job, 10).ok());
  ASSERT_TRUE(jobs_->Claim("me", At(0), At(1)).ok());
  job.id = "other";
  absl::StatusOr<JobRecord> repeat = jobs_->Insert(job, 0);
  ASSERT_TRUE(repeat.ok()) << repeat.status();
  EXPECT_EQ(repeat->id, "night");
  EXPECT_EQ(repeat->state, JobState::kRunning);
  job.request.body_sha256 = "another";
  EXPECT_TRUE(absl::IsAlreadyExists(jobs_->Insert(job, 10).status()));
  EXPECT_TRUE(absl::IsNotFound(jobs_->Get("other").status()));
}

TEST_F(JobStoreTest, InsertNeedsAFreeNameADatasetAndRoom) {
  ASSERT_TRUE(jobs_->Insert(Job("a"), 2).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(jobs_->Insert(Job("a"), 2).status()));
  EXPECT_TRUE(absl::IsNotFound(jobs_->Insert(Job("b", "gone"), 2).status()));
  ASSERT_TRUE(jobs_->Insert(Job("b"), 2).ok());
  absl::Status full = jobs_->Insert(Job("c"), 2).status();
  EXPECT_TRUE(absl::IsResourceExhausted(full)) << full;
  ASSERT_TRUE(jobs_->RequestPause("b", At(0)).ok());
  full = jobs_->Insert(Job("c"), 2).status();
  EXPECT_TRUE(absl::IsResourceExhausted(full)) << "paused jobs come back: " << full;
  ASSERT_TRUE(jobs_->Claim("me", At(0), At(1)).ok());
  EXPECT_TRUE(jobs_->Insert(Job("c"), 2).ok());
}

TEST_F(JobStoreTest, FindsTheJobOfARequestThoughItsDatasetIsGone) {
  const RequestMark mark = {"r1", "body"};
  EXPECT_FALSE(jobs_->FindRequest(mark)->has_value());
  JobRecord job = Job("night");
  job.request = mark;
  ASSERT_TRUE(jobs_->Insert(job, 10).ok());
  ASSERT_TRUE(jobs_->Insert(Job("unmarked"), 10).ok());
  for (const char* id : {"night", "unmarked"}) End(id);
  ASSERT_TRUE(datasets_->Delete("digits").ok());
  absl::StatusOr<std::optional<JobRecord>> found = jobs_->FindRequest(mark);
  ASSERT_TRUE(found.ok() && found->has_value()) << found.status();
  EXPECT_EQ((*found)->id, "night");
  EXPECT_EQ((*found)->state, JobState::kCancelled);
  const absl::Status other = jobs_->FindRequest({"r1", "another"}).status();
  EXPECT_TRUE(absl::IsAlreadyExists(other)) << other;
  EXPECT_THAT(std::string(other.message()), HasSubstr("trainingJobs/night"));
  EXPECT_FALSE(jobs_->FindRequest({"", ""})->has_value());
}

TEST_F(JobStoreTest, ChecksWhatInsertWouldRefuseAndInsertsNothing) {
  const BlobInfo weights = *PutBlob(*blobs_, "weights");
  ASSERT_TRUE(jobs_->Finish(RunningJob("modelled"), Success("modelled", weights), At(40)).ok());
  ASSERT_TRUE(jobs_->Delete("modelled").ok());
  EXPECT_TRUE(jobs_->CheckInsertable(Job("a"), 1).ok());
  EXPECT_TRUE(absl::IsNotFound(jobs_->Get("a").status()));
  ASSERT_TRUE(jobs_->Insert(Job("a"), 1).ok());
  for (const JobRecord& job : {Job("a"), Job("modelled"), Job("b", "gone"), Job("c")}) {
    const absl::Status checked = jobs_->CheckInsertable(job, 1);
    EXPECT_FALSE(checked.ok()) << job.id;
    EXPECT_EQ(checked, jobs_->Insert(job, 1).status());
  }
}

TEST_F(JobStoreTest, ListsTheNewestFirstPageByPage) {
  for (const char* id : {"a", "b", "c", "d", "e"}) ASSERT_TRUE(jobs_->Insert(Job(id), 10).ok());
  std::vector<std::string> ids;
  int64_t before = 0;
  for (bool more = true; more;) {
    Page<JobRecord> page = *jobs_->List(before, 2);
    for (const JobRecord& job : page.records) ids.push_back(job.id);
    more = page.more;
    before = page.records.back().number;
  }
  EXPECT_THAT(ids, ElementsAre("e", "d", "c", "b", "a"));
  EXPECT_FALSE(jobs_->List(0, 5)->more);
}

TEST_F(JobStoreTest, APageOfLongSpecsEndsEarly) {
  for (const char* id : {"a", "b"}) {
    JobRecord job = Job(id);
    job.spec_json = std::string(kPageTextBytes / 5 * 3, ' ');
    ASSERT_TRUE(jobs_->Insert(job, 10).ok());
  }
  const Page<JobRecord> page = *jobs_->List(0, 1000);
  ASSERT_EQ(page.records.size(), 1u);
  EXPECT_TRUE(page.more);
  const Page<JobRecord> rest = *jobs_->List(page.records[0].number, 1000);
  ASSERT_EQ(rest.records.size(), 1u);
  EXPECT_FALSE(rest.more);
}

TEST_F(JobStoreTest, OnlyAnEndedJobIsDeleted) {
  ASSERT_TRUE(jobs_->Insert(Job("a"), 10).ok());
  absl::Status status = jobs_->Delete("a");
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("QUEUED"));
  End("a");
  EXPECT_TRUE(jobs_->Delete("a").ok());
  EXPECT_TRUE(absl::IsNotFound(jobs_->Get("a").status()));
  EXPECT_TRUE(absl::IsNotFound(jobs_->Delete("a")));
}

TEST_F(JobStoreTest, ADeletedJobsNameIsFreeItsNumberIsNot) {
  const int64_t number = jobs_->Insert(Job("a"), 10)->number;
  End("a");
  ASSERT_TRUE(jobs_->Delete("a").ok());
  Reopen();
  absl::StatusOr<JobRecord> again = jobs_->Insert(Job("a"), 10);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_GT(again->number, number);
  EXPECT_THAT(StatesInLog("a"), ElementsAre(JobState::kQueued));
}

TEST_F(JobStoreTest, ANameIsTakenWhileAModelHasIt) {
  const JobClaim claim = RunningJob("a");
  const BlobInfo weights = *PutBlob(*blobs_, "weights");
  ASSERT_TRUE(jobs_->Finish(claim, Success("a", weights), At(40)).ok());
  ASSERT_TRUE(jobs_->Delete("a").ok());
  EXPECT_TRUE(models_->Get("a").ok());
  absl::Status status = jobs_->Insert(Job("a"), 10).status();
  EXPECT_TRUE(absl::IsAlreadyExists(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("models/a"));
  ASSERT_TRUE(models_->Delete("a").ok());
  EXPECT_TRUE(jobs_->Insert(Job("a"), 10).ok());
}

TEST_F(JobStoreTest, ReadLogGivesWhatFollows) {
  const JobClaim claim = RunningJob("a");
  std::vector<JobEvent> events(5);
  for (size_t i = 0; i < events.size(); ++i) {
    events[i].time = At(static_cast<int64_t>(i));
    events[i].kind = Progressed{{.step = static_cast<int64_t>(i), .metrics = {{"loss", 0.1}}}};
  }
  jobs_->AppendAsync(claim, events, [](absl::Status status) { EXPECT_TRUE(status.ok()) << status; });
  ASSERT_TRUE(database_->Write([](soci::session&) { return absl::OkStatus(); }).ok());
  std::vector<JobEvent> read = *jobs_->ReadLog("a", 3, 2);
  ASSERT_EQ(read.size(), 2);
  EXPECT_EQ(read[0].sequence, 4);
  EXPECT_EQ(read[0].time, At(1));
  EXPECT_EQ(std::get<Progressed>(read[0].kind).progress.step, 1);
  EXPECT_EQ(read[1].sequence, 5);
  EXPECT_THAT(*jobs_->ReadLog("a", 7, 10), IsEmpty());
  EXPECT_TRUE(absl::IsOutOfRange(jobs_->ReadLog("a", 8, 10).status()));
  EXPECT_TRUE(absl::IsNotFound(jobs_->ReadLog("gone", 0, 10).status()));
}

// Whatever a disk makes of a row, it is the data's fault and not the server's, and the row is named.
TEST_F(JobStoreTest, ADamagedRowIsDataLossAndNamed) {
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(jobs_->Insert(Job(id), 10).ok());
  const auto damage = [this](const std::string& statement) {
    return database_->Write([&](soci::session& sql) {
      sql << statement;
      return absl::OkStatus();
    });
  };
  ASSERT_TRUE(damage("UPDATE job_events SET kind = 'STATE_CHANGEE' WHERE job_number = 1").ok());
  const absl::Status log = jobs_->ReadLog("a", 0, 10).status();
  EXPECT_TRUE(absl::IsDataLoss(log)) << log;
  EXPECT_THAT(log.message(), HasSubstr("event 1"));
  for (const char* statement : {"UPDATE jobs SET state = 'QUEUEE' WHERE id = 'b'",
                                "UPDATE jobs SET state = 'QUEUED', progress = '{]' WHERE id = 'b'"}) {
    ASSERT_TRUE(damage(statement).ok());
    for (const absl::Status& status : {jobs_->Get("b").status(), jobs_->List(0, 10).status()}) {
      EXPECT_TRUE(absl::IsDataLoss(status)) << status;
      EXPECT_THAT(status.message(), HasSubstr("trainingJobs/b"));
    }
  }
  EXPECT_TRUE(jobs_->Get("c").ok());
}

TEST_F(JobStoreTest, CountsEveryState) {
  for (const char* id : {"a", "b", "c", "d", "p", "e", "f", "g"}) {
    ASSERT_TRUE(jobs_->Insert(Job(id), 10).ok());
  }
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(jobs_->Claim("me", At(0), At(1)).ok());
  ASSERT_TRUE(jobs_->Finish({"a", 1}, Success("a", *PutBlob(*blobs_, "weights")), At(0)).ok());
  ASSERT_TRUE(jobs_->Finish({"b", 1}, JobEnd{}, At(0)).ok());
  ASSERT_TRUE(jobs_->RequestCancel("c", At(0)).ok());
  ASSERT_TRUE(jobs_->RequestCancel("e", At(0)).ok());
  ASSERT_TRUE(jobs_->RequestPause("p", At(0)).ok());
  ASSERT_TRUE(jobs_->RequestPause("g", At(0)).ok());
  Reopen();
  std::map<JobState, int64_t> counts = *jobs_->CountByState();
  EXPECT_EQ(counts.size(), 8);
  for (const auto& [state, count] : counts) EXPECT_EQ(count, 1) << static_cast<int>(state);
  ASSERT_TRUE(jobs_->Delete("b").ok());
  ASSERT_TRUE(jobs_->RecoverInterrupted(At(0)).ok());
  counts = *jobs_->CountByState();
  EXPECT_EQ(counts[JobState::kFailed], 0);
  EXPECT_EQ(counts[JobState::kRunning], 0);
  EXPECT_EQ(counts[JobState::kQueued], 2);
  EXPECT_EQ(counts[JobState::kPaused], 2);
  EXPECT_EQ(counts[JobState::kCancelled], 2);
}

}  // namespace
}  // namespace traind
