#include "server/jobs/shared_log.h"

#include <optional>

#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"
#include "tests/server/jobs/jobs_fixture.h"

namespace traind {
namespace {

class SharedLogTest : public JobsFixture {
 protected:
  void SetUp() override {
    JobsFixture::SetUp();
    log_.emplace(hub_, *jobs_);
  }

  // Adds an event to the log of a running job; `publish` tells of it.
  void Append(const JobClaim& claim, bool publish) {
    absl::Notification written;
    jobs_->AppendAsync(claim, {{.time = At(30), .kind = Progressed{}}}, [&](const absl::Status& status) {
      EXPECT_TRUE(status.ok()) << status;
      written.Notify();
    });
    written.WaitForNotification();
    if (publish) hub_.Publish(claim.id);
  }

  std::optional<SharedLog> log_;
};

TEST_F(SharedLogTest, ThoseWhoStandAtTheSamePlaceShareAnAnswer) {
  const JobClaim claim = RunningJob("first");
  hub_.Publish("first");
  const SharedLog::Events first = *log_->Read("first", 0, 10, 0);
  EXPECT_EQ(first->size(), 2u);
  EXPECT_EQ(*log_->Read("first", 0, 10, 0), first);
  EXPECT_EQ((*log_->Read("first", 1, 10, 0))->size(), 1u);
  EXPECT_EQ((*log_->Read("first", 0, 1, 0))->size(), 1u);
  // Nobody was told of the third event yet.
  Append(claim, /*publish=*/false);
  EXPECT_EQ(*log_->Read("first", 0, 10, 0), first);
  EXPECT_EQ((*log_->Read("first", 0, 10, log_->Now()))->size(), 3u);
}

TEST_F(SharedLogTest, WhatWasPublishedIsThere) {
  const JobClaim claim = RunningJob("first");
  hub_.Publish("first");
  for (size_t events = 2; events < 20; ++events) {
    EXPECT_EQ((*log_->Read("first", 0, 100, 0))->size(), events);
    EXPECT_TRUE((*log_->Read("first", static_cast<int64_t>(events), 100, 0))->empty());
    Append(claim, /*publish=*/true);
  }
}

TEST_F(SharedLogTest, JobsAreNotMistakenForEachOther) {
  RunningJob("first");
  ASSERT_TRUE(jobs_->Insert(Job("second"), 10).ok());
  EXPECT_EQ((*log_->Read("first", 0, 10, 0))->size(), 2u);
  EXPECT_EQ((*log_->Read("second", 0, 10, 0))->size(), 1u);
  EXPECT_TRUE(absl::IsNotFound(log_->Read("third", 0, 10, 0).status()));
}

}  // namespace
}  // namespace traind
