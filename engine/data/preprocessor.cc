#include "engine/data/preprocessor.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/multiversion.h"
#include "engine/data/preprocessor_fit.h"

namespace traind::engine {
namespace {

TRAIND_MULTIVERSION void ScaleNumbers(int64_t size, const float* from, const float* fill, const float* shift,
                                      const float* scale, float* to) {
  for (int64_t i = 0; i < size; ++i) {
    const float value = from[i] == from[i] ? from[i] : fill[i];
    to[i] = (value - shift[i]) * scale[i];
  }
}

}  // namespace

Preprocessor Preprocessor::Fit(PreprocessingPlan plan, const DatasetView& dataset, const RowSet& held_out,
                               const std::stop_token& stop) {
  FittedPreprocessing fitted;
  if (plan.changes_rows()) FitColumns(plan, dataset, held_out, stop, fitted);
  if (plan.standardize_targets) FitTargets(dataset, held_out, stop, fitted);
  return {std::move(plan), std::move(fitted)};
}

absl::StatusOr<Preprocessor> Preprocessor::Make(PreprocessingPlan plan, int64_t targets, FittedPreprocessing fitted) {
  std::size_t seen = 0;
  for (const ColumnStep& step : plan.steps) seen += step.categories > 0 ? step.categories + 1 : 0;
  const std::size_t columns = plan.steps.size();
  const std::size_t outputs = plan.standardize_targets ? targets : 0;
  if (fitted.fill.size() != columns || fitted.shift.size() != columns || fitted.scale.size() != columns ||
      fitted.seen.size() != seen || fitted.target_mean.size() != outputs || fitted.target_deviation.size() != outputs) {
    return absl::InvalidArgumentError(
        absl::StrCat("the fitted preprocessing is not that of ", columns, " columns and ", outputs, " targets"));
  }
  return Preprocessor(std::move(plan), std::move(fitted));
}

Preprocessor::Preprocessor(PreprocessingPlan plan, FittedPreprocessing fitted)
    : plan_(std::move(plan)), fitted_(std::move(fitted)), places_(plan_.steps.size()) {
  MakePlaces();
  MakeSegments();
}

void Preprocessor::MakeSegments() {
  const auto is_plain = [](ColumnStep::Kind kind, bool missing_place) {
    return kind == ColumnStep::Kind::kNumber && !missing_place;
  };
  for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
    const ColumnStep& step = plan_.steps[i];
    if (!segments_.empty() && is_plain(step.kind, step.missing_place) &&
        is_plain(segments_.back().kind, segments_.back().missing_place)) {
      ++segments_.back().columns;
      continue;
    }
    segments_.push_back({.kind = step.kind,
                         .missing_place = step.missing_place,
                         .column = static_cast<int64_t>(i),
                         .columns = 1,
                         .offset = step.offset,
                         .width = step.width});
  }
}

void Preprocessor::MakePlaces() {
  const float* seen = fitted_.seen.data();
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const ColumnStep& step = plan_.steps[i];
    if (step.categories == 0) continue;
    const int32_t first = step.kind == ColumnStep::Kind::kCode ? 1 : 0;
    Places& places = places_[i];
    places.unseen = first - 1;
    for (int64_t k = 0; k < step.categories; ++k) {
      places.categories.push_back(seen[k] != 0 ? first + static_cast<int32_t>(k) : places.unseen);
    }
    const bool knows_missing = step.missing_place && seen[step.categories] != 0;
    places.missing = step.missing_is_most_frequent ? places.categories[static_cast<std::size_t>(fitted_.fill[i])]
                     : knows_missing               ? first + static_cast<int32_t>(step.categories)
                                                   : places.unseen;
    seen += step.categories + 1;
  }
}

int32_t Preprocessor::PlaceOf(std::size_t column, float category, const CategoryRecoding* recoding) const {
  const Places& places = places_[column];
  if (std::isnan(category)) return places.missing;
  const auto is_index = [&](const std::vector<int32_t>& list) {
    return category >= 0 && category < static_cast<float>(list.size());
  };
  if (recoding != nullptr && !(*recoding)[column].empty()) {
    const std::vector<int32_t>& indices = (*recoding)[column];
    if (!is_index(indices)) return places.unseen;
    category = static_cast<float>(indices[static_cast<std::size_t>(category)]);
  }
  return is_index(places.categories) ? places.categories[static_cast<std::size_t>(category)] : places.unseen;
}

void Preprocessor::Apply(const float* row, const CategoryRecoding* recoding, float* to) const {
  for (const Segment& segment : segments_) {
    const int64_t column = segment.column;
    float* const out = to + segment.offset;
    switch (segment.kind) {
      case ColumnStep::Kind::kNumber:
        ScaleNumbers(segment.columns, row + column, fitted_.fill.data() + column, fitted_.shift.data() + column,
                     fitted_.scale.data() + column, out);
        if (segment.missing_place) out[1] = std::isnan(row[column]) ? 1.0f : 0.0f;
        break;
      case ColumnStep::Kind::kOneHot:
        std::fill_n(out, segment.width, 0.0f);
        if (const int32_t place = PlaceOf(column, row[column], recoding); place >= 0) out[place] = 1;
        break;
      case ColumnStep::Kind::kCode:
        *out = static_cast<float>(PlaceOf(column, row[column], recoding));
        break;
    }
  }
}

void Preprocessor::StandardizeTargets(std::span<float> targets) const {
  const std::size_t width = fitted_.target_mean.size();
  for (std::size_t i = 0; width > 0 && i < targets.size(); ++i) {
    targets[i] = (targets[i] - fitted_.target_mean[i % width]) / fitted_.target_deviation[i % width];
  }
}

void Preprocessor::RestoreTargets(std::span<float> outputs) const {
  const std::size_t width = fitted_.target_mean.size();
  for (std::size_t i = 0; width > 0 && i < outputs.size(); ++i) {
    outputs[i] = outputs[i] * fitted_.target_deviation[i % width] + fitted_.target_mean[i % width];
  }
}

}  // namespace traind::engine
