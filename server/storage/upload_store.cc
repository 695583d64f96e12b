#include "server/storage/upload_store.h"

#include <soci/soci.h>

#include <optional>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "server/storage/select.h"
#include "server/storage/select_request.h"
#include "server/storage/upload_row.h"

namespace traind {
namespace {

absl::Status NoSuchUpload(const std::string& id) {
  return absl::NotFoundError(
      absl::StrCat("there is no upload uploads/", id, ": it was deleted, or nothing came for too long; begin another"));
}

// A walk over all uploads, of which --max_uploads are the most.
int64_t BytesToCome(soci::session& sql) {
  int64_t bytes = 0;
  sql << "SELECT COALESCE(SUM(size_bytes - committed_bytes), 0) FROM uploads", soci::into(bytes);
  return bytes;
}

}  // namespace

std::unique_ptr<UploadStore> UploadStore::Make(Database& database, StorageLimits limits) {
  return absl::WrapUnique(new UploadStore(database, limits));
}

absl::StatusOr<UploadRecord> UploadStore::Insert(const UploadRecord& upload, const DiskFloor& floor) {
  UploadRecord inserted = upload;
  absl::Status status = database_.Write([&](soci::session& sql) {
    absl::StatusOr<std::optional<UploadRecord>> earlier = SelectRequest<UploadRow>(sql, upload.request);
    if (!earlier.ok()) return earlier.status();
    if (earlier->has_value()) {
      inserted = **std::move(earlier);
      return absl::OkStatus();
    }
    absl::Status fits = CheckUploadCount(sql, limits_.uploads);
    fits.Update(CheckTenantQuota(sql, upload.tenant, upload.size, limits_.tenant_bytes));
    if (fits.ok()) fits = floor.Check(upload.size, BytesToCome(sql));
    if (!fits.ok()) return fits;
    InsertUpload(sql, upload);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return inserted;
}

absl::StatusOr<UploadRecord> UploadStore::Get(const std::string& id, const TenantScope& scope) {
  std::vector<UploadRecord> found;
  absl::Status status = database_.Read([&](soci::session& sql) {
    found = Select<UploadRow>(sql, absl::StrCat(UploadRow::kSelect, "WHERE id = :id AND ", scope.condition()), id,
                              scope.parameter());
    return found.empty() ? NoSuchUpload(id) : absl::OkStatus();
  });
  if (!status.ok()) return status;
  return std::move(found.front());
}

absl::Status UploadStore::SetCommitted(const std::string& id, int64_t committed, absl::Time expire_time) {
  const int64_t expires = absl::ToUnixMicros(expire_time);
  return database_.Write([&](soci::session& sql) {
    std::string updated;
    sql << "UPDATE uploads SET committed_bytes = :committed, expire_time = :expires WHERE id = :id RETURNING id",
        soci::use(committed), soci::use(expires), soci::use(id), soci::into(updated);
    return sql.got_data() ? absl::OkStatus() : NoSuchUpload(id);
  });
}

absl::Status UploadStore::Delete(const std::string& id) {
  return database_.Write([&](soci::session& sql) {
    sql << "DELETE FROM uploads WHERE id = :id", soci::use(id);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<std::string>> UploadStore::ListExpired(absl::Time now) {
  std::vector<std::string> ids;
  const int64_t time = absl::ToUnixMicros(now);
  absl::Status status = database_.Read([&](soci::session& sql) {
    for (const UploadRecord& upload :
         Select<UploadRow>(sql, absl::StrCat(UploadRow::kSelect, "WHERE expire_time <= :now"), time)) {
      ids.push_back(upload.id);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return ids;
}

}  // namespace traind
