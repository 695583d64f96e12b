#include "engine/data/preprocessing_plan.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <variant>

#include "absl/strings/str_cat.h"

namespace traind::engine {
namespace {

constexpr int64_t kWidestDefaultEmbedding = 50;
constexpr int64_t kMostEmbedded = 1'000;  // as in an embedding layer

// What is said of each column that is named, by its place.
using Said = std::unordered_map<std::size_t, const ColumnPreprocessingSpec*>;

Said FindSaid(const PreprocessingSpec& spec, const DatasetShape& shape, Faults& faults) {
  Said said;
  if (spec.columns.empty()) return said;
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < shape.columns.size(); ++i) places.emplace(shape.columns[i].name, i);
  for (std::size_t i = 0; i < spec.columns.size(); ++i) {
    const ColumnPreprocessingSpec& one = spec.columns[i];
    const std::string path = absl::StrCat("preprocessing.columns[", i, "]");
    const auto place = places.find(one.column);
    if (place == places.end()) {
      faults.Add(path + ".column", "is '", one.column, "', which is no feature of the dataset");
      continue;
    }
    const bool categorical = shape.columns[place->second].categories > 0;
    if (categorical != std::holds_alternative<CategoricalColumnsSpec>(one.kind)) {
      faults.Add(path, "says how to treat ", categorical ? "numbers" : "categories", ", and column '", one.column,
                 "' holds ", categorical ? "categories" : "numbers");
    } else if (!said.emplace(place->second, &one).second) {
      faults.Add(path + ".column", "is '", one.column, "', as before; name each column once");
    }
  }
  return said;
}

ColumnStep NumberStep(const NumericColumnsSpec& spec, const ColumnShape& column, Scaling automatic) {
  ColumnStep step;
  step.scaling = spec.scaling == Scaling::kAuto ? automatic : spec.scaling;
  step.imputation = spec.imputation.value_or(ImputationSpec());
  step.missing_place = column.has_missing && step.imputation.indicator;
  step.width = step.missing_place ? 2 : 1;
  return step;
}

ColumnStep CategoryStep(const CategoricalColumnsSpec& spec, const ColumnShape& column) {
  ColumnStep step;
  const bool one_hot = spec.encoding == CategoryEncoding::kAuto ? column.categories <= kMostOneHot
                                                                : spec.encoding == CategoryEncoding::kOneHot;
  step.kind = one_hot ? ColumnStep::Kind::kOneHot : ColumnStep::Kind::kCode;
  step.categories = column.categories;
  step.missing_is_most_frequent = spec.missing == MissingCategory::kMostFrequent;
  step.missing_place = column.has_missing && !step.missing_is_most_frequent;
  step.width = one_hot ? column.categories + (step.missing_place ? 1 : 0) : 1;
  step.output_dim = spec.output_dim > 0 ? spec.output_dim
                                        : std::clamp<int64_t>((column.categories + 1) / 2, 1, kWidestDefaultEmbedding);
  return step;
}

}  // namespace

PreprocessingPlan PlanPreprocessing(const PreprocessingSpec& spec, const DatasetShape& shape, Faults& faults) {
  PreprocessingPlan plan = {.width = shape.features, .standardize_targets = spec.standardize_targets};
  if (spec.standardize_targets && shape.classes > 0) {
    faults.Add("preprocessing.standardize_targets", "is true, which needs a regression dataset");
  }
  const Said said = FindSaid(spec, shape, faults);
  const bool plain = std::ranges::none_of(
      shape.columns, [](const ColumnShape& column) { return column.categories > 0 || column.has_missing; });
  const auto says_nothing = [](const NumericColumnsSpec& numeric) {
    return !numeric.imputation && (numeric.scaling == Scaling::kAuto || numeric.scaling == Scaling::kNone);
  };
  if (plain && says_nothing(spec.numeric) && std::ranges::all_of(said, [&](const auto& one) {
        const auto* numeric = std::get_if<NumericColumnsSpec>(&one.second->kind);
        return numeric == nullptr || says_nothing(*numeric);
      })) {
    return plan;
  }
  plan.width = 0;
  const Scaling automatic = plain ? Scaling::kNone : Scaling::kStandardize;
  for (std::size_t i = 0; i < static_cast<std::size_t>(shape.features); ++i) {
    const ColumnShape& column = shape.columns.empty() ? ColumnShape() : shape.columns[i];
    const auto found = said.find(i);
    const ColumnPreprocessingSpec* one = found == said.end() ? nullptr : found->second;
    ColumnStep step = column.categories > 0
                          ? CategoryStep(one ? std::get<CategoricalColumnsSpec>(one->kind) : spec.categorical, column)
                          : NumberStep(one ? std::get<NumericColumnsSpec>(one->kind) : spec.numeric, column, automatic);
    step.offset = plan.width;
    plan.width += step.width;
    plan.steps.push_back(step);
  }
  const auto embedded = std::ranges::count(plan.steps, ColumnStep::Kind::kCode, &ColumnStep::kind);
  if (embedded > kMostEmbedded) {
    faults.Add("preprocessing.categorical.encoding", "would embed ", embedded, " columns; at most ", kMostEmbedded,
               " are possible: say ONE_HOT of some in preprocessing.columns, or leave some out of the dataset");
  }
  return plan;
}

PreprocessingPlan PlanPreprocessing(const PreprocessingSpec& spec, const DatasetShape& shape) {
  Faults faults;
  return PlanPreprocessing(spec, shape, faults);
}

}  // namespace traind::engine
