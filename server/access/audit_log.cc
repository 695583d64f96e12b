#include "server/access/audit_log.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace traind {
namespace {

constexpr size_t kMostWaiting = 10'000;
constexpr double kStrangersPerSecond = 100;
constexpr size_t kMostBytesOfValue = 256;
constexpr absl::Duration kBetweenWarnings = absl::Seconds(10);

std::string ErrorText(int error) { return std::generic_category().message(error); }

std::string Cut(const std::string& value) { return value.substr(0, kMostBytesOfValue); }

int OpenFile(const std::string& path) {
  return open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0640);
}

}  // namespace

std::string ToAuditLine(const AuditEntry& entry) {
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", entry.time, absl::UTCTimeZone());
  line["name"] = entry.caller.name;
  line["tenant"] = entry.caller.tenant;
  line["role"] = entry.caller.tenant.empty() ? "" : Name(entry.caller.role);
  line["method"] = Cut(entry.method.substr(entry.method.starts_with('/') ? 1 : 0));
  line["resource"] = Cut(entry.resource);
  line["code"] = absl::StatusCodeToString(entry.code);
  line["peer"] = entry.peer;
  line["request_id"] = entry.request_id;
  return line.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(const std::string& path, Metrics& metrics) {
  const int descriptor = path == "-" ? STDOUT_FILENO : OpenFile(path);
  if (descriptor < 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("the audit log '", path, "' cannot be opened: ", ErrorText(errno)));
  }
  return std::unique_ptr<AuditLog>(new AuditLog(path, descriptor, metrics));
}

AuditLog::AuditLog(std::string path, int descriptor, Metrics& metrics)
    : path_(std::move(path)),
      metrics_(metrics),
      descriptor_(descriptor),
      strangers_(kStrangersPerSecond, kStrangersPerSecond, absl::Now()) {
  thread_ = std::thread([this] { Run(); });
}

AuditLog::~AuditLog() {
  {
    absl::MutexLock lock(&mutex_);
    closing_ = true;
  }
  thread_.join();
  if (path_ != "-" && descriptor_ >= 0) close(descriptor_);
}

void AuditLog::Write(AuditEntry entry) {
  // Whoever sends names of megabytes is not to fill the memory with what waits.
  entry.method = Cut(entry.method);
  entry.resource = Cut(entry.resource);
  absl::MutexLock lock(&mutex_);
  if (entry.code == absl::StatusCode::kUnauthenticated && strangers_.Take(entry.time) > absl::ZeroDuration()) {
    metrics_.AuditLinesLost(Metrics::AuditLoss::kStrangers, 1);
  } else if (waiting_.size() >= kMostWaiting) {
    metrics_.AuditLinesLost(Metrics::AuditLoss::kTooMany, 1);
  } else {
    waiting_.push_back(std::move(entry));
  }
}

void AuditLog::Run() {
  const auto something_to_do = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !waiting_.empty() || closing_; };
  while (true) {
    std::vector<AuditEntry> entries;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&something_to_do));
      if (waiting_.empty()) return;
      entries.swap(waiting_);
    }
    std::string lines = torn_ ? "\n" : "";
    for (const AuditEntry& entry : entries) absl::StrAppend(&lines, ToAuditLine(entry), "\n");
    ReopenIfMoved();
    torn_ = !WriteAll(lines);
    if (!torn_) continue;
    const int error = errno;
    metrics_.AuditLinesLost(Metrics::AuditLoss::kNotWritten, static_cast<int64_t>(entries.size()));
    if (absl::Now() - warned_ < kBetweenWarnings) continue;
    warned_ = absl::Now();
    spdlog::error("the audit log '{}' cannot be written: {}; lines are lost, and calls go on", path_, ErrorText(error));
  }
}

bool AuditLog::WriteAll(const std::string& lines) {
  for (size_t done = 0; done < lines.size();) {
    const ssize_t count = write(descriptor_, lines.data() + done, lines.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    done += static_cast<size_t>(count);
  }
  return true;
}

void AuditLog::ReopenIfMoved() {
  if (path_ == "-") return;
  struct stat named = {};
  struct stat opened = {};
  if (stat(path_.c_str(), &named) == 0 && fstat(descriptor_, &opened) == 0 && named.st_ino == opened.st_ino &&
      named.st_dev == opened.st_dev) {
    return;
  }
  const int descriptor = OpenFile(path_);
  // What cannot be made anew is written where it was.
  if (descriptor < 0) return;
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = descriptor;
}

}  // namespace traind
