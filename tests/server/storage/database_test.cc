#include "server/storage/database.h"

#include <soci/soci.h>

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/storage/temp_directory.h"

namespace traind {
namespace {

using soci::into;
using soci::use;

class DatabaseTest : public testing::Test {
 protected:
  void SetUp() override {
    Reopen();
    ASSERT_TRUE(Write("CREATE TABLE t (x BIGINT NOT NULL PRIMARY KEY)").ok());
  }

  void Reopen() {
    database_.reset();
    absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(path());
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
  }

  std::string path() const { return directory_.path() + "/traind.db"; }

  absl::Status Write(const std::string& statement) {
    return database_->Write([&](soci::session& sql) {
      sql << statement;
      return absl::OkStatus();
    });
  }

  template <typename Value>
  Value Read(const std::string& query) {
    Value value{};
    absl::Status status = database_->Read([&](soci::session& sql) {
      sql << query, into(value);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return value;
  }

  int64_t Rows() { return Read<int64_t>("SELECT COUNT(*) FROM t"); }

  TempDirectory directory_;
  std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, WritesAreDurable) {
  ASSERT_TRUE(Write("INSERT INTO t VALUES (1)").ok());
  Reopen();
  EXPECT_EQ(Rows(), 1);
  EXPECT_EQ(Read<std::string>("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(Read<int>("PRAGMA synchronous"), 2);  // FULL
  EXPECT_EQ(Read<int>("PRAGMA foreign_keys"), 1);
  int synchronous = 0;
  ASSERT_TRUE(database_
                  ->Write([&](soci::session& sql) {
                    sql << "PRAGMA synchronous", into(synchronous);
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(synchronous, 2);
}

TEST_F(DatabaseTest, AnErrorUndoesTheWrite) {
  absl::Status status = database_->Write([](soci::session& sql) {
    sql << "INSERT INTO t VALUES (1)";
    return absl::NotFoundError("no");
  });
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  status = database_->Write([](soci::session& sql) {
    sql << "INSERT INTO t VALUES (2)";
    sql << "INSERT INTO nowhere VALUES (2)";
    return absl::OkStatus();
  });
  EXPECT_TRUE(absl::IsInternal(status)) << status;
  EXPECT_EQ(Rows(), 0);
}

// Holds the writer thread until a whole group has gathered behind it.
TEST_F(DatabaseTest, OneFailureInAGroupHarmsNoOther) {
  absl::Notification gathered;
  std::vector<absl::Status> statuses(10);
  database_->WriteAsync(
      [&](soci::session&) {
        gathered.WaitForNotification();
        return absl::OkStatus();
      },
      [](absl::Status) {});
  for (int i = 0; i < 10; ++i) {
    database_->WriteAsync(
        [i](soci::session& sql) {
          sql << "INSERT INTO t VALUES (:x)", use(i);
          if (i == 3) return absl::AbortedError("three");
          if (i == 5) sql << "INSERT INTO t VALUES (4)";  // is there already
          return absl::OkStatus();
        },
        [&, i](absl::Status status) { statuses[static_cast<size_t>(i)] = status; });
  }
  gathered.Notify();
  ASSERT_TRUE(database_->Write([](soci::session&) { return absl::OkStatus(); }).ok());
  for (size_t i = 0; i < 10; ++i) EXPECT_EQ(statuses[i].ok(), i != 3 && i != 5) << i << statuses[i];
  EXPECT_EQ(Rows(), 8);
  EXPECT_EQ(Read<int64_t>("SELECT SUM(x) FROM t"), 45 - 3 - 5);
}

TEST_F(DatabaseTest, DoneIsToldAfterTheCommit) {
  int64_t seen = 0;
  absl::Notification told;
  database_->WriteAsync(
      [](soci::session& sql) {
        sql << "INSERT INTO t VALUES (1)";
        return absl::OkStatus();
      },
      [&](absl::Status status) {
        EXPECT_TRUE(status.ok()) << status;
        seen = Rows();
        told.Notify();
      });
  told.WaitForNotification();
  EXPECT_EQ(seen, 1);
}

TEST_F(DatabaseTest, ManyThreadsWriteAndRead) {
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 20; ++i) {
        const int x = thread * 100 + i;
        absl::Status status = database_->Write([x](soci::session& sql) {
          sql << "INSERT INTO t VALUES (:x)", use(x);
          return absl::OkStatus();
        });
        if (!status.ok() || Read<int64_t>("SELECT COUNT(*) FROM t WHERE x = " + std::to_string(x)) != 1) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(Rows(), 160);
}

TEST_F(DatabaseTest, AReadSeesOneSnapshot) {
  absl::Status status = database_->Read([&](soci::session& sql) {
    int64_t before = 0;
    int64_t after = 0;
    sql << "SELECT COUNT(*) FROM t", into(before);
    EXPECT_TRUE(Write("INSERT INTO t VALUES (1)").ok());
    sql << "SELECT COUNT(*) FROM t", into(after);
    EXPECT_EQ(after, before);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Rows(), 1);
}

TEST_F(DatabaseTest, AReadCannotWrite) {
  EXPECT_FALSE(database_
                   ->Read([](soci::session& sql) {
                     sql << "INSERT INTO t VALUES (1)";
                     return absl::OkStatus();
                   })
                   .ok());
  EXPECT_EQ(Rows(), 0);
}

TEST_F(DatabaseTest, ClosingFinishesWhatWasAccepted) {
  std::atomic<int> done = 0;
  for (int i = 0; i < 50; ++i) {
    database_->WriteAsync(
        [i](soci::session& sql) {
          sql << "INSERT INTO t VALUES (:x)", use(i);
          return absl::OkStatus();
        },
        [&](absl::Status) { ++done; });
  }
  Reopen();
  EXPECT_EQ(done, 50);
  EXPECT_EQ(Rows(), 50);
}

TEST_F(DatabaseTest, AFullDiskIsResourceExhaustedAndPasses) {
  int64_t pages = 0;
  ASSERT_TRUE(database_
                  ->Write([&](soci::session& sql) {
                    sql << "CREATE TABLE big (bytes TEXT)";
                    return absl::OkStatus();
                  })
                  .ok());
  ASSERT_TRUE(database_
                  ->Write([&](soci::session& sql) {
                    sql << "PRAGMA page_count", into(pages);
                    int64_t ignored = 0;
                    sql << "PRAGMA max_page_count = " + std::to_string(pages + 4), into(ignored);
                    return absl::OkStatus();
                  })
                  .ok());
  absl::Status status = Write("INSERT INTO big VALUES (zeroblob(100000))");
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_TRUE(Write("INSERT INTO t VALUES (1)").ok());
  EXPECT_EQ(Rows(), 1);
  EXPECT_EQ(Read<int64_t>("SELECT COUNT(*) FROM big"), 0);
}

TEST_F(DatabaseTest, ANewerTraindsDatabaseIsRefused) {
  ASSERT_TRUE(Write("PRAGMA user_version = 1000").ok());
  database_.reset();
  absl::Status status = Database::Open(path()).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("newer"));
}

TEST_F(DatabaseTest, AFileThatIsNoDatabaseIsDataLoss) {
  const std::string other = directory_.path() + "/other.db";
  std::ofstream(other) << std::string(10'000, 'x');
  absl::Status status = Database::Open(other).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr(other));
}

TEST_F(DatabaseTest, AFolderThatIsNotThereIsUnavailable) {
  absl::Status status = Database::Open(directory_.path() + "/gone/traind.db").status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
}

}  // namespace
}  // namespace traind
