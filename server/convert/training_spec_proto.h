// The field-by-field half of training_spec.h.
#ifndef TRAIND_SERVER_CONVERT_TRAINING_SPEC_PROTO_H_
#define TRAIND_SERVER_CONVERT_TRAINING_SPEC_PROTO_H_

#include <vector>

#include "engine/training/spec.h"
#include "server/errors/errors.h"
#include "traind/v1/training_spec.pb.h"

namespace traind {

// Adds a fault, with a path such as `spec.loss`, for each part that the engine's structs cannot hold, and puts a
// harmless stand-in there. Numbers are passed on as they are, however wrong.
engine::TrainingSpec TranslateSpec(const v1::TrainingSpec& spec, std::vector<FieldViolation>& faults);

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_TRAINING_SPEC_PROTO_H_
