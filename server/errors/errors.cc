#include "server/errors/errors.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace traind {
namespace {

constexpr char kPayload[] = "traind/error-details";
constexpr size_t kViolationsInMessage = 20;

nlohmann::json ReadPayload(const absl::Status& status) {
  auto payload = status.GetPayload(kPayload);
  return payload ? nlohmann::json::parse(std::string(*payload)) : nlohmann::json::object();
}

absl::Status WritePayload(absl::Status status, const nlohmann::json& details) {
  // Names and values may quote a user's bytes, which need not be UTF-8.
  status.SetPayload(kPayload, absl::Cord(details.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
  return status;
}

}  // namespace

absl::Status InvalidFields(const std::vector<FieldViolation>& violations) {
  std::string message;
  nlohmann::json list = nlohmann::json::array();
  for (size_t i = 0; i < violations.size(); ++i) {
    if (i < kViolationsInMessage) {
      absl::StrAppend(&message, i == 0 ? "" : "; ", violations[i].field, ": ", violations[i].description);
    }
    list.push_back({violations[i].field, violations[i].description});
  }
  if (violations.size() > kViolationsInMessage) {
    absl::StrAppend(&message, "; and ", violations.size() - kViolationsInMessage, " more");
  }
  return WritePayload(absl::InvalidArgumentError(message), {{"violations", list}, {"reason", "INVALID_FIELDS"}});
}

absl::Status WithReason(absl::Status status, std::string_view reason,
                        const std::map<std::string, std::string>& metadata) {
  nlohmann::json details = ReadPayload(status);
  details["reason"] = reason;
  details["metadata"] = metadata;
  return WritePayload(std::move(status), details);
}

absl::Status WithRetryDelay(absl::Status status, absl::Duration delay) {
  nlohmann::json details = ReadPayload(status);
  details["retry_ms"] = absl::ToInt64Milliseconds(delay);
  return WritePayload(std::move(status), details);
}

bool IsPassing(const absl::Status& status) { return absl::IsUnavailable(status) || absl::IsResourceExhausted(status); }

ErrorDetails DetailsOf(const absl::Status& status) {
  nlohmann::json details = ReadPayload(status);
  ErrorDetails result;
  for (const nlohmann::json& pair : details.value("violations", nlohmann::json::array())) {
    result.violations.push_back({pair[0], pair[1]});
  }
  result.reason = details.value("reason", "");
  result.metadata = details.value("metadata", result.metadata);
  if (details.contains("retry_ms")) result.retry_delay = absl::Milliseconds(details["retry_ms"].get<int64_t>());
  return result;
}

}  // namespace traind
