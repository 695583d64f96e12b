#include "server/storage/database.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "server/storage/migrations.h"
#include "server/storage/sql_status.h"

namespace traind {
namespace {

constexpr size_t kReaders = 4;

void Connect(soci::session& session, const std::string& path) {
  session.open(soci::sqlite3, absl::StrCat("db=\"", path, "\" timeout=10"));
  session << "PRAGMA synchronous = FULL";
  session << "PRAGMA foreign_keys = ON";
}

absl::Status Execute(soci::session& sql, const char* statement) {
  try {
    sql << statement;
    return absl::OkStatus();
  } catch (...) {
    return StatusOfCurrentException();
  }
}

// Whether `rollback` found what it undoes: after some errors, such as a full disk, SQLite has undone the whole
// transaction by itself.
bool Undo(soci::session& sql, const char* rollback) {
  try {
    sql << rollback;
    return true;
  } catch (const soci::soci_error&) {
    return false;
  }
}

absl::Status Run(const std::function<absl::Status(soci::session&)>& function, soci::session& sql) {
  try {
    return function(sql);
  } catch (...) {
    return StatusOfCurrentException();
  }
}

}  // namespace

Database::Database()
    : writer_session_(std::make_unique<soci::session>()), readers_(std::make_unique<soci::connection_pool>(kReaders)) {}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path) {
  if (path.find('"') != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat("the path of the database holds a quotation mark: ", path));
  }
  auto database = absl::WrapUnique(new Database);
  absl::Status status = Run([&](soci::session&) { return database->OpenSessions(path); }, *database->writer_session_);
  if (!status.ok()) return absl::Status(status.code(), absl::StrCat(path, ": ", status.message()));
  database->writer_ = std::thread(&Database::RunWriter, database.get());
  return database;
}

absl::Status Database::OpenSessions(const std::string& path) {
  Connect(*writer_session_, path);
  // A file that is no database is found out here, by the first statement that reads it.
  *writer_session_ << "PRAGMA journal_mode = WAL";
  if (absl::Status status = Migrate(*writer_session_); !status.ok()) return status;
  for (size_t i = 0; i < kReaders; ++i) {
    Connect(readers_->at(i), path);
    readers_->at(i) << "PRAGMA query_only = ON";
  }
  return absl::OkStatus();
}

Database::~Database() {
  if (!writer_.joinable()) return;
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
  }
  writer_.join();
}

absl::Status Database::Write(WriteFunction write) {
  absl::Status result;
  absl::Notification done;
  WriteAsync(std::move(write), [&](absl::Status status) {
    result = std::move(status);
    done.Notify();
  });
  done.WaitForNotification();
  return result;
}

void Database::WriteAsync(WriteFunction write, std::function<void(absl::Status)> done) {
  absl::MutexLock lock(&mutex_);
  pending_.push_back({std::move(write), std::move(done), absl::OkStatus()});
}

absl::Status Database::Read(const ReadFunction& read) {
  const size_t reader = readers_->lease();
  soci::session& sql = readers_->at(reader);
  absl::Status status = Execute(sql, "BEGIN");
  if (status.ok()) {
    status = Run(read, sql);
    Undo(sql, "ROLLBACK");  // nothing was changed; this only lets go of the snapshot
  }
  readers_->give_back(reader);
  return status;
}

void Database::RunWriter() {
  while (true) {
    std::vector<PendingWrite> writes;
    {
      absl::MutexLock lock(&mutex_);
      auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !pending_.empty() || closing_; };
      mutex_.Await(absl::Condition(&ready));
      if (pending_.empty()) return;
      writes.swap(pending_);
    }
    Commit(writes);
    for (PendingWrite& write : writes) write.done(std::move(write.status));
  }
}

void Database::Commit(std::vector<PendingWrite>& writes) {
  soci::session& sql = *writer_session_;
  absl::Status transaction = Execute(sql, "BEGIN IMMEDIATE");
  for (PendingWrite& write : writes) {
    if (!transaction.ok()) break;
    transaction = Execute(sql, "SAVEPOINT one_write");
    if (!transaction.ok()) break;
    write.status = Run(write.write, sql);
    if (!write.status.ok() && !Undo(sql, "ROLLBACK TO one_write")) {
      // The writes before this one are undone, too.
      transaction = write.status;
      break;
    }
    transaction = Execute(sql, "RELEASE one_write");
  }
  if (transaction.ok()) transaction = Execute(sql, "COMMIT");
  if (transaction.ok()) return;
  Undo(sql, "ROLLBACK");
  for (PendingWrite& write : writes) write.status.Update(transaction);
}

}  // namespace traind
