#include "server/storage/model_store.h"

#include <soci/soci.h>

#include <limits>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "server/storage/blob_references.h"
#include "server/storage/model_row.h"
#include "server/storage/select.h"

namespace traind {
namespace {

absl::Status NoSuchModel(const std::string& id) {
  return absl::NotFoundError(absl::StrCat("there is no model models/", id));
}

}  // namespace

std::unique_ptr<ModelStore> ModelStore::Make(Database& database, BlobStore& blobs) {
  return absl::WrapUnique(new ModelStore(database, blobs));
}

absl::StatusOr<ModelRecord> ModelStore::Get(const std::string& id, const TenantScope& scope) {
  std::vector<ModelRecord> found;
  absl::Status status = database_.Read([&](soci::session& sql) {
    found = Select<ModelRow>(sql, absl::StrCat(ModelRow::kSelect, "WHERE id = :id AND ", scope.condition()), id,
                             scope.parameter());
    return found.empty() ? NoSuchModel(id) : absl::OkStatus();
  });
  if (!status.ok()) return status;
  return std::move(found.front());
}

absl::StatusOr<Page<ModelRecord>> ModelStore::List(int64_t before, int limit, const TenantScope& scope) {
  Page<ModelRecord> page;
  absl::Status status = database_.Read([&](soci::session& sql) {
    const int64_t below = before > 0 ? before : std::numeric_limits<int64_t>::max();
    page = SelectPage<ModelRow>(
        sql, absl::StrCat(ModelRow::kSelect, "WHERE ", scope.condition(), " AND number < :below ORDER BY number DESC"),
        limit, scope.parameter(), below);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return page;
}

absl::Status ModelStore::Delete(const std::string& id, const TenantScope& scope) {
  std::string weights;
  absl::Status status = database_.Write([&](soci::session& sql) {
    sql << absl::StrCat("DELETE FROM models WHERE id = :id AND ", scope.condition(), " RETURNING weights_sha256"),
        soci::use(id), soci::use(scope.parameter()), soci::into(weights);
    return sql.got_data() ? absl::OkStatus() : NoSuchModel(id);
  });
  if (!status.ok()) return status;
  // The model is gone; a blob that cannot be removed now only wastes space.
  RemoveUnreferenced(database_, blobs_, {weights}).IgnoreError();
  return absl::OkStatus();
}

}  // namespace traind
