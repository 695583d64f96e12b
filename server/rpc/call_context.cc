#include "server/rpc/call_context.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/convert/resource_name.h"
#include "server/errors/errors.h"
#include "server/errors/text.h"

namespace traind {

TenantScope ScopeOf(const Caller& caller) {
  return caller.SeesAllTenants() ? TenantScope::All() : TenantScope::Of(caller.tenant);
}

absl::StatusOr<std::string> TenantFor(const Caller& caller, const std::string& named) {
  if (named.empty()) return caller.tenant;
  if (named == caller.tenant || caller.SeesAllTenants()) return named;
  return WithReason(absl::PermissionDeniedError(absl::StrCat("tenant: ", Quoted(named), "; the token is of tenant ",
                                                             caller.tenant, ": name that one, or none")),
                    "TENANT_FORBIDDEN", {{"tenant", caller.tenant}});
}

std::string ResourceIn(const google::protobuf::Message& request) {
  for (const auto& [field, collection] : {std::pair("name", std::string_view()), std::pair("dataset_id", kDatasets),
                                          std::pair("training_job_id", kTrainingJobs)}) {
    const google::protobuf::FieldDescriptor* descriptor = request.GetDescriptor()->FindFieldByName(field);
    if (descriptor == nullptr) continue;
    std::string value = request.GetReflection()->GetString(request, descriptor);
    if (value.empty() || collection.empty()) return value;
    return ResourceName(collection, value);
  }
  return "";
}

}  // namespace traind
