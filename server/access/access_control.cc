#include "server/access/access_control.h"

#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/errors/errors.h"

namespace traind {
namespace {

// The faults of a file, each with the flag and the file.
absl::Status InTokensFile(const absl::Status& status, const std::string& path) {
  const std::string file = absl::StrCat("'", path, "'");
  std::vector<FieldViolation> faults = DetailsOf(status).violations;
  for (FieldViolation& fault : faults) {
    fault.description = absl::StrCat(file, " ", fault.field, ": ", fault.description);
    fault.field = "--tokens_file";
  }
  if (faults.empty()) {
    faults.push_back({"--tokens_file", absl::StrCat(file, " cannot be read: ", status.message(),
                                                    "; must be a file that traind's user may read")});
  }
  return InvalidFields(faults);
}

}  // namespace

absl::StatusOr<std::unique_ptr<AccessControl>> AccessControl::Open(const AccessOptions& options, Metrics& metrics) {
  std::unique_ptr<Tokens> tokens;
  if (!options.tokens_file.empty()) {
    absl::StatusOr<std::unique_ptr<Tokens>> opened =
        Tokens::Open([read = options.read_file, path = options.tokens_file] { return read(path); });
    if (!opened.ok()) return InTokensFile(opened.status(), options.tokens_file);
    tokens = *std::move(opened);
  }
  std::unique_ptr<AuditLog> audit_log;
  if (!options.audit_log.empty()) {
    absl::StatusOr<std::unique_ptr<AuditLog>> opened = AuditLog::Open(options.audit_log, metrics);
    if (!opened.ok()) {
      return InvalidFields({{"--audit_log", absl::StrCat(opened.status().message(),
                                                         "; must be a file that traind's user may write, or -")}});
    }
    audit_log = *std::move(opened);
  }
  return std::unique_ptr<AccessControl>(new AccessControl(options, std::move(tokens), std::move(audit_log), metrics));
}

AccessControl::AccessControl(const AccessOptions& options, std::unique_ptr<Tokens> tokens,
                             std::unique_ptr<AuditLog> audit_log, Metrics& metrics)
    : tokens_file_(options.tokens_file),
      metrics_(metrics),
      tokens_(std::move(tokens)),
      rates_(options.calls_per_second),
      gate_(tokens_.get(), rates_, options.reflection),
      audit_log_(std::move(audit_log)) {}

void AccessControl::Reload() {
  if (tokens_ == nullptr) return;
  const absl::StatusOr<Tokens::Reloaded> reloaded = tokens_->Reload();
  if (!reloaded.ok()) {
    metrics_.TokensReloadFailed();
    spdlog::error("the tokens stay as they were: {}",
                  std::string(InTokensFile(reloaded.status(), tokens_file_).message()));
  } else if (*reloaded == Tokens::Reloaded::kChanged) {
    spdlog::info("tokens read again from '{}'", tokens_file_);
  }
}

}  // namespace traind
