#include "server/convert/prediction.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "server/errors/errors.h"

namespace traind {
namespace {

constexpr int64_t kMaxRows = 100'000;
constexpr int64_t kDefaultHeldOutRows = 10'000;
constexpr size_t kMaxFaults = 100;  // further ones are not looked for

}  // namespace

absl::StatusOr<std::vector<float>> FromProto(const v1::PredictRequest::Rows& rows, int64_t features) {
  if (rows.rows().empty() || rows.rows_size() > kMaxRows) {
    return InvalidFields({{"rows.rows", absl::StrCat(rows.rows_size(), " rows; must be 1 to ", kMaxRows,
                                                     ", or ask for held_out_rows")}});
  }
  std::vector<FieldViolation> faults;
  std::vector<float> values;
  values.reserve(static_cast<size_t>(rows.rows_size() * features));
  for (int r = 0; r < rows.rows_size() && faults.size() < kMaxFaults; ++r) {
    const v1::PredictRequest::Row& row = rows.rows(r);
    const std::string field = absl::StrCat("rows.rows[", r, "].values");
    if (row.values_size() != features) {
      faults.push_back({field, absl::StrCat(row.values_size(), " values; the model expects ", features)});
      continue;
    }
    for (int c = 0; c < row.values_size(); ++c) {
      if (!std::isfinite(row.values(c))) {
        faults.push_back({absl::StrCat(field, "[", c, "]"), absl::StrCat(row.values(c), "; must be a finite number")});
      }
    }
    values.insert(values.end(), row.values().begin(), row.values().end());
  }
  if (!faults.empty()) return InvalidFields(faults);
  return values;
}

absl::StatusOr<int64_t> LimitFromProto(const v1::PredictRequest::HeldOutRows& held_out_rows) {
  if (held_out_rows.limit() < 0 || held_out_rows.limit() > kMaxRows) {
    return InvalidFields({{"held_out_rows.limit", absl::StrCat(held_out_rows.limit(), "; must be 1 to ", kMaxRows)}});
  }
  return held_out_rows.limit() > 0 ? held_out_rows.limit() : kDefaultHeldOutRows;
}

v1::PredictResponse ToProto(std::span<const float> probabilities, const std::vector<std::string>& class_names) {
  v1::PredictResponse response;
  const size_t classes = class_names.size();
  for (; probabilities.size() >= classes; probabilities = probabilities.subspan(classes)) {
    const std::span<const float> row = probabilities.first(classes);
    const auto best = std::max_element(row.begin(), row.end()) - row.begin();
    v1::PredictResponse::Prediction& prediction = *response.add_predictions();
    prediction.set_class_index(static_cast<int32_t>(best));
    prediction.set_class_name(class_names[static_cast<size_t>(best)]);
    prediction.mutable_probabilities()->Add(row.begin(), row.end());
  }
  return response;
}

}  // namespace traind
