// What goes into a prediction and what comes out.
#ifndef TRAIND_SERVER_CONVERT_PREDICTION_H_
#define TRAIND_SERVER_CONVERT_PREDICTION_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "traind/v1/model_service.pb.h"

namespace traind {

// [rows, features], row-major. InvalidArgument lists every row of another width and every NaN or infinity.
absl::StatusOr<std::vector<float>> FromProto(const v1::PredictRequest::Rows& rows, int64_t features);

// How many held-out rows are asked for at most.
absl::StatusOr<int64_t> LimitFromProto(const v1::PredictRequest::HeldOutRows& held_out_rows);

// One prediction a row of `probabilities`, which is [rows, classes], row-major.
v1::PredictResponse ToProto(std::span<const float> probabilities, const std::vector<std::string>& class_names);

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_PREDICTION_H_
