// What a refusal carries besides its code and message, in a form that knows no wire: server/convert turns it into
// google.rpc error details.
#ifndef TRAIND_SERVER_ERRORS_ERRORS_H_
#define TRAIND_SERVER_ERRORS_ERRORS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace traind {

// One fault of a request: the path of the field, such as `spec.model.layers[3].dense.units`, and a sentence with the
// value and the allowed range.
struct FieldViolation {
  std::string field;
  std::string description;

  friend bool operator==(const FieldViolation&, const FieldViolation&) = default;
};

// InvalidArgument that lists every fault; `violations` has at least one. The message names each, the first few in full.
absl::Status InvalidFields(const std::vector<FieldViolation>& violations);

// `status` (not OK) with a reason for programs, UPPER_SNAKE_CASE, such as QUEUE_FULL, and names and values behind it.
absl::Status WithReason(absl::Status status, std::string_view reason,
                        const std::map<std::string, std::string>& metadata = {});

// `status` (not OK) with a wait after which a repeat may succeed.
absl::Status WithRetryDelay(absl::Status status, absl::Duration delay);

// Whether the same may succeed later, though nobody changes what is asked: the disk is full, fails or cannot be written
// to (ResourceExhausted, Unavailable), descriptors or memory have run out, the database is busy. Ask it of what storage
// answers: of a training, ResourceExhausted says that it needs more memory than there is.
bool IsPassing(const absl::Status& status);

// What the functions above put in; empty or nothing for a status that has none.
struct ErrorDetails {
  std::vector<FieldViolation> violations;
  std::string reason;
  std::map<std::string, std::string> metadata;
  std::optional<absl::Duration> retry_delay;
};
ErrorDetails DetailsOf(const absl::Status& status);

}  // namespace traind

#endif  // TRAIND_SERVER_ERRORS_ERRORS_H_
