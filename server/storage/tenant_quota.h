// How much a tenant may store.
#ifndef TRAIND_SERVER_STORAGE_TENANT_QUOTA_H_
#define TRAIND_SERVER_STORAGE_TENANT_QUOTA_H_

#include <soci/soci.h>

#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/status.h"

namespace traind {

struct StorageLimits {
  // Of a tenant's datasets as they are stored, and its uploads as they were announced, together. Bytes that two
  // datasets share count for each.
  int64_t tenant_bytes = std::numeric_limits<int64_t>::max();
  int64_t uploads = std::numeric_limits<int64_t>::max();  // under way at once, of all tenants
};

// ResourceExhausted with reason TENANT_QUOTA, the figures and a retry delay if the tenant may not store `more` bytes.
absl::Status CheckTenantQuota(soci::session& sql, const std::string& tenant, int64_t more, int64_t tenant_bytes);

// ResourceExhausted with reason TOO_MANY_UPLOADS and a retry delay if no further upload may be announced.
absl::Status CheckUploadCount(soci::session& sql, int64_t uploads);

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_TENANT_QUOTA_H_
