#include "client/cli/errors.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "client/cli/table.h"
#include "client/cpp/status.h"

namespace traind::client {
namespace {

std::string NextStep(const Session& session, std::string_view collection, const absl::Status& status) {
  std::string group(collection);
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return absl::StrCat("Is traind running at ", session.server,
                          "? Start it with: traind --grpc_address=", session.server,
                          " --data_dir=DIR\nor name another server with --server or TRAIND_SERVER.");
    case absl::StatusCode::kDeadlineExceeded:
      return "The server may still be at it; --timeout SECONDS waits longer.";
    case absl::StatusCode::kNotFound:
      return group.empty() ? "" : absl::StrCat("What there is: trainctl ", group, " list");
    case absl::StatusCode::kAlreadyExists:
      return group.empty()
                 ? ""
                 : absl::StrCat("Choose another name, or delete the old one first: trainctl ", group, " delete NAME");
    default:
      return "";
  }
}

}  // namespace

std::string DescribeError(const Session& session, std::string_view action, std::string_view collection,
                          const absl::Status& status) {
  ErrorDetails details = DetailsOf(status);
  std::string text = absl::StrCat("trainctl: cannot ", Printable(action), ": ", Printable(HeadlineOf(status)), " (",
                                  absl::StatusCodeToString(status.code()), ")\n");
  for (const auto& violation : details.field_violations) {
    absl::StrAppend(&text, "  ", Printable(violation.field), ": ", Printable(violation.description), "\n");
  }
  if (details.retry_delay) {
    absl::StrAppend(&text, "Try again in ", absl::FormatDuration(*details.retry_delay), ".\n");
  } else if (std::string step = NextStep(session, collection, status); !step.empty()) {
    absl::StrAppend(&text, step, "\n");
  }
  return text;
}

int Fail(const Session& session, std::string_view action, std::string_view collection, const absl::Status& status) {
  std::cout.flush();
  std::cerr << DescribeError(session, action, collection, status);
  return kFailure;
}

}  // namespace traind::client
