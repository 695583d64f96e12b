// Whose records may be seen and touched.
#ifndef TRAIND_SERVER_STORAGE_TENANT_SCOPE_H_
#define TRAIND_SERVER_STORAGE_TENANT_SCOPE_H_

#include <string>
#include <utility>

namespace traind {

// Those of one tenant, or everybody's. What is outside is as if it were not there.
class TenantScope {
 public:
  static TenantScope All() { return TenantScope(""); }
  static TenantScope Of(std::string tenant) { return TenantScope(std::move(tenant)); }

  bool Covers(const std::string& tenant) const { return tenant_.empty() || tenant == tenant_; }

  // For a WHERE: a condition on the column `tenant` with one parameter, which is `parameter()`. A text for each kind,
  // so that SQLite plans each with the index that suits it.
  const char* condition() const { return tenant_.empty() ? ":tenant = ''" : "tenant = :tenant"; }
  const std::string& parameter() const { return tenant_; }

  friend bool operator==(const TenantScope&, const TenantScope&) = default;

 private:
  explicit TenantScope(std::string tenant) : tenant_(std::move(tenant)) {}

  std::string tenant_;  // empty: all
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_TENANT_SCOPE_H_
