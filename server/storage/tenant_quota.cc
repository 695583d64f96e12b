#include "server/storage/tenant_quota.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/errors/errors.h"

namespace traind {
namespace {

// Room comes when somebody deletes something, or an upload ends.
constexpr absl::Duration kRetry = absl::Seconds(60);

// Bytes that count for a tenant.
int64_t TenantBytes(soci::session& sql, const std::string& tenant) {
  int64_t datasets = 0;
  int64_t uploads = 0;
  sql << "SELECT COALESCE(SUM(feature_bytes + label_bytes + weight_bytes), 0) FROM datasets WHERE tenant = :tenant",
      soci::use(tenant), soci::into(datasets);
  sql << "SELECT COALESCE(SUM(size_bytes), 0) FROM uploads WHERE tenant = :tenant", soci::use(tenant),
      soci::into(uploads);
  return datasets + uploads;
}

}  // namespace

absl::Status CheckTenantQuota(soci::session& sql, const std::string& tenant, int64_t more, int64_t tenant_bytes) {
  const int64_t stored = TenantBytes(sql, tenant);
  if (more <= tenant_bytes - stored) return absl::OkStatus();
  return WithRetryDelay(
      WithReason(absl::ResourceExhaustedError(absl::StrCat(
                     "tenant ", tenant, " stores ", stored, " bytes and may store ", tenant_bytes, ", so that ", more,
                     " more do not fit: delete datasets, or start traind with a larger --max_tenant_bytes")),
                 "TENANT_QUOTA",
                 {{"stored_bytes", absl::StrCat(stored)}, {"max_tenant_bytes", absl::StrCat(tenant_bytes)}}),
      kRetry);
}

absl::Status CheckUploadCount(soci::session& sql, int64_t uploads) {
  int64_t open = 0;
  sql << "SELECT COUNT(*) FROM uploads", soci::into(open);
  if (open < uploads) return absl::OkStatus();
  return WithRetryDelay(
      WithReason(absl::ResourceExhaustedError(absl::StrCat(
                     open,
                     " uploads are open, which is all that may be at once: commit or delete some, or wait till "
                     "they expire")),
                 "TOO_MANY_UPLOADS", {{"max_uploads", absl::StrCat(uploads)}}),
      kRetry);
}

}  // namespace traind
