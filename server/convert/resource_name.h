// Names of resources: `datasets/{id}`, `uploads/{id}`, `trainingJobs/{id}`, `models/{id}` (AIP-122).
#ifndef TRAIND_SERVER_CONVERT_RESOURCE_NAME_H_
#define TRAIND_SERVER_CONVERT_RESOURCE_NAME_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/errors/errors.h"

namespace traind {

inline constexpr std::string_view kDatasets = "datasets";
inline constexpr std::string_view kUploads = "uploads";
inline constexpr std::string_view kTrainingJobs = "trainingJobs";
inline constexpr std::string_view kModels = "models";

// `datasets/digits` for (kDatasets, "digits").
std::string ResourceName(std::string_view collection, std::string_view id);

// Ids are `[a-z]([a-z0-9-]*[a-z0-9])?`, at most 63 characters. Adds a fault of the field `field` unless `id` is one.
void CheckId(std::string_view id, std::string_view field, std::vector<FieldViolation>& faults);

// The id in the name of a resource of `collection`; empty, with a fault of the field `field`, if it is no such name.
std::string ParseResourceName(std::string_view collection, std::string_view name, std::string_view field,
                              std::vector<FieldViolation>& faults);
// The same for a request whose one field is `name`; InvalidArgument with the fault.
absl::StatusOr<std::string> ParseResourceName(std::string_view collection, std::string_view name);

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_RESOURCE_NAME_H_
