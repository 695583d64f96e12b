#include "server/convert/prediction.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "engine/metrics/predicted_class.h"
#include "server/errors/errors.h"

namespace traind {
namespace {

constexpr int64_t kMaxRows = 100'000;
constexpr int64_t kDefaultHeldOutRows = 10'000;
constexpr size_t kMaxFaults = 100;  // further ones are not looked for

// At least one row is always possible: neither features nor classes are that many.
int64_t MostRows(int64_t features, int64_t classes) {
  return std::min(kMaxRows, kMaxPredictionValues / std::max<int64_t>({features, classes, 1}));
}

void CheckRow(const v1::PredictRequest::Row& row, int64_t features, const std::string& field,
              std::vector<FieldViolation>& faults) {
  if (row.values_size() != features) {
    faults.push_back({field, absl::StrCat(row.values_size(), " values; the model expects ", features)});
    return;
  }
  for (int c = 0; c < row.values_size() && faults.size() < kMaxFaults; ++c) {
    if (std::isfinite(row.values(c))) continue;
    faults.push_back({absl::StrCat(field, "[", c, "]"), absl::StrCat(row.values(c), "; must be a finite number")});
  }
}

}  // namespace

absl::Status CheckPredictionSize(int64_t rows, int64_t features, int64_t classes, const std::string& field) {
  const int64_t most = MostRows(features, classes);
  if (rows <= most) return absl::OkStatus();
  return InvalidFields(
      {{field, absl::StrCat(rows, " rows; at most ", most, " at once of ", features, " features and ", classes,
                            " classes (", kMaxPredictionValues, " values): ask several times")}});
}

absl::StatusOr<std::vector<float>> FromProto(const v1::PredictRequest::Rows& rows, int64_t features, int64_t classes) {
  if (rows.rows().empty() || rows.rows_size() > kMaxRows) {
    return InvalidFields({{"rows.rows", absl::StrCat(rows.rows_size(), " rows; must be 1 to ", kMaxRows,
                                                     ", or ask for held_out_rows")}});
  }
  if (absl::Status size = CheckPredictionSize(rows.rows_size(), features, classes, "rows.rows"); !size.ok()) {
    return size;
  }
  std::vector<FieldViolation> faults;
  for (int r = 0; r < rows.rows_size() && faults.size() < kMaxFaults; ++r) {
    CheckRow(rows.rows(r), features, absl::StrCat("rows.rows[", r, "].values"), faults);
  }
  if (!faults.empty()) return InvalidFields(faults);
  std::vector<float> values;
  values.reserve(static_cast<size_t>(rows.rows_size() * features));
  for (const auto& row : rows.rows()) values.insert(values.end(), row.values().begin(), row.values().end());
  return values;
}

absl::StatusOr<int64_t> LimitFromProto(const v1::PredictRequest::HeldOutRows& held_out_rows, int64_t features,
                                       int64_t classes) {
  const int64_t limit = held_out_rows.limit();
  if (limit < 0 || limit > kMaxRows) {
    return InvalidFields({{"held_out_rows.limit", absl::StrCat(limit, "; must be 1 to ", kMaxRows)}});
  }
  if (limit == 0) return std::min(kDefaultHeldOutRows, MostRows(features, classes));
  if (absl::Status size = CheckPredictionSize(limit, features, classes, "held_out_rows.limit"); !size.ok()) {
    return size;
  }
  return limit;
}

v1::PredictResponse ToProto(std::span<const float> outputs, int64_t width, const std::vector<std::string>& class_names,
                            const engine::LossSpec& loss) {
  const bool are_probabilities = engine::BroughtBy(loss) != engine::OutputActivation::kNone;
  v1::PredictResponse response;
  for (size_t first = 0; first < outputs.size(); first += static_cast<size_t>(width)) {
    const std::span<const float> row = outputs.subspan(first, static_cast<size_t>(width));
    v1::PredictResponse::Prediction& prediction = *response.add_predictions();
    if (!class_names.empty()) {
      const int64_t predicted = engine::PredictedClass(width, engine::ThresholdOf(loss), row.data());
      prediction.set_class_index(static_cast<int32_t>(predicted));
      prediction.set_class_name(class_names[static_cast<size_t>(predicted)]);
    }
    if (class_names.empty() || !are_probabilities) {
      prediction.mutable_values()->Add(row.begin(), row.end());
    } else if (width == 1) {
      prediction.add_probabilities(1 - row[0]);
      prediction.add_probabilities(row[0]);
    } else {
      prediction.mutable_probabilities()->Add(row.begin(), row.end());
    }
  }
  return response;
}

}  // namespace traind
