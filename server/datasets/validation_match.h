// Whether one dataset can validate what is trained on another.
#ifndef TRAIND_SERVER_DATASETS_VALIDATION_MATCH_H_
#define TRAIND_SERVER_DATASETS_VALIDATION_MATCH_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/records.h"

namespace traind {

// FailedPrecondition with reason DATASET_DOES_NOT_FIT lists all that keeps `validation` from validating a training on
// `training`: another task, other features, other targets, classes that the training does not know. Features and
// several targets are compared by name, but names that default to `0`, `1`, ... fit any.
absl::Status CheckValidates(const DatasetRecord& validation, const DatasetRecord& training);

// For each class of `names` its index among `known`. FailedPrecondition names those that are not among them.
absl::StatusOr<std::vector<int32_t>> ClassIndices(const std::vector<std::string>& names,
                                                  const std::vector<std::string>& known);

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_VALIDATION_MATCH_H_
