// What goes into a prediction and what comes out.
#ifndef TRAIND_SERVER_CONVERT_PREDICTION_H_
#define TRAIND_SERVER_CONVERT_PREDICTION_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/losses/loss_spec.h"
#include "server/storage/records.h"
#include "traind/v1/model_service.pb.h"

namespace traind {

// The values that one prediction takes in or gives out at most: rows x features, and rows x classes. 64 MiB each.
inline constexpr int64_t kMaxPredictionValues = 16'777'216;

// InvalidArgument, under `field`, if so many rows have more than kMaxPredictionValues. All counts are 0 or more.
absl::Status CheckPredictionSize(int64_t rows, int64_t features, int64_t classes, const std::string& field);

// What rows must be for a model.
struct RowShape {
  const std::vector<std::string>& feature_names;
  const std::vector<Column>& columns;  // one a feature; empty: all are numbers
  int64_t classes = 0;
  bool takes_missing = false;

  int64_t features() const { return static_cast<int64_t>(feature_names.size()); }
};

// [rows, features], row-major, categories as indices, what is missing as NaN. InvalidArgument lists the rows of another
// width and each value that is none, the first 100 faults; or says that there are too many rows for a model so wide,
// found before any memory is taken for them.
absl::StatusOr<std::vector<float>> FromProto(const v1::PredictRequest::Rows& rows, const RowShape& shape);
// The same of texts, where a category that is not known becomes -1; also if features have no column, or names are there
// twice.
absl::StatusOr<std::vector<float>> FromProto(const v1::PredictRequest::Table& table, const RowShape& shape);

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
