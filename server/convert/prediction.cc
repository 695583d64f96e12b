#include "server/convert/prediction.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "engine/metrics/predicted_class.h"
#include "server/datasets/cell_text.h"
#include "server/datasets/column_statistics.h"
#include "server/datasets/number.h"
#include "server/errors/errors.h"
#include "server/errors/text.h"

namespace traind {
namespace {

constexpr int64_t kMaxRows = 100'000;
constexpr int64_t kDefaultHeldOutRows = 10'000;
constexpr size_t kMaxFaults = 100;  // further ones are not looked for

// At least one row is always possible: neither features nor classes are that many.
int64_t MostRows(int64_t features, int64_t classes) {
  return std::min(kMaxRows, kMaxPredictionValues / std::max<int64_t>({features, classes, 1}));
}

const Column* CategoricalColumn(const RowShape& shape, size_t feature) {
  if (shape.columns.empty() || shape.columns[feature].kind != ColumnKind::kCategorical) return nullptr;
  return &shape.columns[feature];
}

void CheckRow(const v1::PredictRequest::Row& row, const RowShape& shape, const std::string& field,
              std::vector<FieldViolation>& faults) {
  if (row.values_size() != shape.features()) {
    faults.push_back({field, absl::StrCat(row.values_size(), " values; the model expects ", shape.features())});
    return;
  }
  for (int c = 0; c < row.values_size() && faults.size() < kMaxFaults; ++c) {
    const float value = row.values(c);
    const Column* const column = CategoricalColumn(shape, static_cast<size_t>(c));
    if (shape.takes_missing && std::isnan(value)) continue;
    if (column == nullptr && std::isfinite(value)) continue;
    if (column != nullptr && value >= 0 && value < static_cast<float>(column->categories.size()) &&
        value == std::floor(value)) {
      continue;
    }
    faults.push_back({absl::StrCat(field, "[", c, "]"),
                      column == nullptr
                          ? absl::StrCat(value, "; must be a finite number")
                          : absl::StrCat(value, "; must be the index of a category, 0 to ",
                                         static_cast<int64_t>(column->categories.size()) - 1,
                                         ", or NaN for missing: to send categories as texts, take `table`")});
  }
}

absl::Status CheckCount(int rows, const std::string& field, const RowShape& shape) {
  if (rows == 0 || rows > kMaxRows) {
    return InvalidFields({{field, absl::StrCat(rows, " rows; must be 1 to ", kMaxRows, ", or ask for held_out_rows")}});
  }
  return CheckPredictionSize(rows, shape.features(), shape.classes, field);
}

// The index among the table's columns of every feature.
absl::StatusOr<std::vector<int>> PlacesOfFeatures(const v1::PredictRequest::Table& table, const RowShape& shape) {
  std::vector<FieldViolation> faults;
  absl::flat_hash_map<std::string_view, int> places;
  for (int c = 0; c < table.columns_size() && faults.size() < kMaxFaults; ++c) {
    if (places.emplace(table.columns(c), c).second) continue;
    faults.push_back(
        {absl::StrCat("table.columns[", c, "]"), absl::StrCat(Quoted(table.columns(c)), " is there twice")});
  }
  std::vector<int> result;
  for (const std::string& name : shape.feature_names) {
    const auto place = places.find(name);
    if (place != places.end()) {
      result.push_back(place->second);
    } else if (faults.size() < kMaxFaults) {
      faults.push_back({"table.columns", absl::StrCat("lack the feature ", Quoted(name))});
    }
  }
  if (!faults.empty()) return InvalidFields(faults);
  return result;
}

float CategoryOf(const Column& column, std::string_view text) {
  const auto index_of = [&](std::string_view name) {
    const auto place = std::ranges::lower_bound(column.categories, name);
    return place != column.categories.end() && *place == name ? place - column.categories.begin() : -1;
  };
  auto index = index_of(text);
  // A number may be written in several ways.
  if (const auto number = ParseFloat32(text); index < 0 && number.ok()) index = index_of(NumberText(*number));
  return static_cast<float>(index);
}

absl::StatusOr<float> ValueOf(std::string_view text, const Column* categorical, bool takes_missing) {
  if (takes_missing && IsMissing(text)) return std::numeric_limits<float>::quiet_NaN();
  if (categorical == nullptr) return ParseFloat32(text);
  return CategoryOf(*categorical, text);
}

}  // namespace

absl::Status CheckPredictionSize(int64_t rows, int64_t features, int64_t classes, const std::string& field) {
  const int64_t most = MostRows(features, classes);
  if (rows <= most) return absl::OkStatus();
  return InvalidFields(
      {{field, absl::StrCat(rows, " rows; at most ", most, " at once of ", features, " features and ", classes,
                            " classes (", kMaxPredictionValues, " values): ask several times")}});
}

absl::StatusOr<std::vector<float>> FromProto(const v1::PredictRequest::Rows& rows, const RowShape& shape) {
  if (absl::Status count = CheckCount(rows.rows_size(), "rows.rows", shape); !count.ok()) return count;
  std::vector<FieldViolation> faults;
  for (int r = 0; r < rows.rows_size() && faults.size() < kMaxFaults; ++r) {
    CheckRow(rows.rows(r), shape, absl::StrCat("rows.rows[", r, "].values"), faults);
  }
  if (!faults.empty()) return InvalidFields(faults);
  std::vector<float> values;
  values.reserve(static_cast<size_t>(rows.rows_size() * shape.features()));
  for (const auto& row : rows.rows()) values.insert(values.end(), row.values().begin(), row.values().end());
  return values;
}

absl::StatusOr<std::vector<float>> FromProto(const v1::PredictRequest::Table& table, const RowShape& shape) {
  if (absl::Status count = CheckCount(table.rows_size(), "table.rows", shape); !count.ok()) return count;
  const absl::StatusOr<std::vector<int>> places = PlacesOfFeatures(table, shape);
  if (!places.ok()) return places.status();
  std::vector<FieldViolation> faults;
  std::vector<float> values;
  values.reserve(static_cast<size_t>(table.rows_size() * shape.features()));
  for (int r = 0; r < table.rows_size() && faults.size() < kMaxFaults; ++r) {
    const auto& row = table.rows(r);
    if (row.values_size() != table.columns_size()) {
      faults.push_back({absl::StrCat("table.rows[", r, "].values"),
                        absl::StrCat(row.values_size(), " values; there are ", table.columns_size(), " columns")});
      continue;
    }
    for (size_t f = 0; f < places->size() && faults.size() < kMaxFaults; ++f) {
      const int place = (*places)[f];
      const absl::StatusOr<float> value = ValueOf(row.values(place), CategoricalColumn(shape, f), shape.takes_missing);
      if (value.ok()) {
        values.push_back(*value);
      } else {
        faults.push_back({absl::StrCat("table.rows[", r, "].values[", place, "]"),
                          absl::StrCat("column ", Quoted(shape.feature_names[f]), ": ", value.status().message())});
      }
    }
  }
  if (!faults.empty()) return InvalidFields(faults);
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
