// traind.v1.TrainingSpec and the text that the database keeps of it, as engine::TrainingSpec.
#ifndef TRAIND_SERVER_CONVERT_TRAINING_SPEC_H_
#define TRAIND_SERVER_CONVERT_TRAINING_SPEC_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/training/spec.h"
#include "engine/training/validate.h"
#include "server/storage/records.h"
#include "traind/v1/training_spec.pb.h"

namespace traind {

// InvalidArgument lists every fault of the spec by itself, with paths such as `spec.model.layers[3].dense.units`: what
// the engine's structs cannot say (a oneof that is not set, an enum value that this version does not know) together
// with what engine::Validate finds.
absl::StatusOr<engine::TrainingSpec> FromProto(const v1::TrainingSpec& spec);

// What a server allows a job, within what the engine allows.
struct SpecLimits {
  int64_t layers = engine::kMaxLayers;          // nested ones included
  int64_t parameters = engine::kMaxParameters;  // on the rows of the dataset
  int64_t epochs = engine::kMaxEpochs;
};

// InvalidArgument lists what of a spec that fits the dataset is over the limits.
absl::Status CheckLimits(const engine::TrainingSpec& spec, const DatasetRecord& dataset, const SpecLimits& limits);

// OK if a spec without faults of its own can be trained on the dataset, and validated on `validation` if there is such
// a dataset, which passed CheckValidates (server/datasets/validation_match.h). InvalidArgument lists the faults that
// another spec would cure; FailedPrecondition with reason DATASET_DOES_NOT_FIT if the spec learns classes and the
// dataset has none.
absl::Status CheckFits(const engine::TrainingSpec& spec, const DatasetRecord& dataset,
                       const DatasetRecord* validation = nullptr);

// The form that JobRecord::spec_json and ModelRecord::spec_json keep: proto3 JSON with the proto's field names, what
// the user did not set left out.
std::string SpecToJson(const v1::TrainingSpec& spec);
// DataLoss if the text is not what SpecToJson made of a valid spec.
absl::StatusOr<v1::TrainingSpec> SpecProtoFromJson(const std::string& json);
absl::StatusOr<engine::TrainingSpec> SpecFromJson(const std::string& json);

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_TRAINING_SPEC_H_
