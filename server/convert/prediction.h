// What goes into a prediction and what comes out.
#ifndef TRAIND_SERVER_CONVERT_PREDICTION_H_
#define TRAIND_SERVER_CONVERT_PREDICTION_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/losses/loss_spec.h"
#include "traind/v1/model_service.pb.h"

namespace traind {

// The values that one prediction takes in or gives out at most: rows x features, and rows x classes. 64 MiB each.
inline constexpr int64_t kMaxPredictionValues = 16'777'216;

// InvalidArgument, under `field`, if so many rows have more than kMaxPredictionValues. All counts are 0 or more.
absl::Status CheckPredictionSize(int64_t rows, int64_t features, int64_t classes, const std::string& field);

// [rows, features], row-major. InvalidArgument lists the rows of another width and each NaN or infinity, the first 100
// faults; or says that there are too many rows for a model so wide, found before any memory is taken for them.
absl::StatusOr<std::vector<float>> FromProto(const v1::PredictRequest::Rows& rows, int64_t features, int64_t classes);

// How many held-out rows are asked for at most. InvalidArgument if a limit was given that is too many for a model so
// wide; the default is as many as it can have.
absl::StatusOr<int64_t> LimitFromProto(const v1::PredictRequest::HeldOutRows& held_out_rows, int64_t features,
                                       int64_t classes);

// One prediction a row of `outputs`, what a model trained with `loss` gave, [rows, width], row-major, width at least 1.
// `class_names` is empty for regression.
v1::PredictResponse ToProto(std::span<const float> outputs, int64_t width, const std::vector<std::string>& class_names,
                            const engine::LossSpec& loss);

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_PREDICTION_H_
