// Looks up what an earlier create with the same mark made.
#ifndef TRAIND_SERVER_STORAGE_SELECT_REQUEST_H_
#define TRAIND_SERVER_STORAGE_SELECT_REQUEST_H_

#include <soci/soci.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/storage/request_key.h"
#include "server/storage/select.h"

namespace traind {

// The record of the row with that mark: nothing if there is none or the mark is empty, AlreadyExists if the body was
// another. `Row` as ForEachRow wants it, of a table with the column `request_id`. Throws as ForEachRow does.
template <typename Row>
auto SelectRequest(soci::session& sql, const RequestMark& mark)
    -> absl::StatusOr<std::optional<decltype(Row().ToRecord())>> {
  std::optional<decltype(Row().ToRecord())> found;
  std::string name;
  const auto take = [&](const Row& row) {
    found = RecordOf(row);
    name = row.Name();
    return true;
  };
  if (mark.id.empty()) return found;
  ForEachRow<Row>(sql, absl::StrCat(Row::kSelect, "WHERE request_id = :request_id"), take, RequestKey(mark));
  if (found && found->request.body_sha256 != mark.body_sha256) {
    return absl::AlreadyExistsError(
        absl::StrCat("request_id ", mark.id, " was used for ", name, " with another body: use a new request_id"));
  }
  return found;
}

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_SELECT_REQUEST_H_
