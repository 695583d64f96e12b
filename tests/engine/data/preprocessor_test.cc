#include "engine/data/preprocessor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

namespace traind::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;

const float kMissing = std::nanf("");

// tests/golden/preprocessing.txt.
RowSet SetOf(int64_t rows, const std::vector<int64_t>& members) {
  RowSet set(rows);
  for (const int64_t row : members) set.Insert(row);
  set.Count();
  return set;
}

struct Golden {
  struct Case {
    std::string kind, strategy, scaling;
    int64_t column = 0;
    int64_t width = 0;
    std::vector<double> outputs;  // [rows, width]
  };
  int64_t rows = 0;
  int64_t columns = 0;
  std::vector<float> table;
  std::vector<int64_t> held_out;
  std::vector<Case> cases;
};

// Streams do not read `nan`.
template <typename Number>
std::vector<Number> Numbers(std::istream& file) {
  std::string line, word;
  std::getline(file, line);
  std::istringstream words(line);
  std::vector<Number> numbers;
  while (words >> word) {
    if (word != "held_out") numbers.push_back(static_cast<Number>(std::stod(word)));
  }
  return numbers;
}

Golden ReadGolden() {
  std::ifstream file(TRAIND_SOURCE_DIR "/tests/golden/preprocessing.txt");
  Golden golden;
  std::string line, word;
  std::getline(file, line);
  std::istringstream(line) >> word >> golden.rows >> word >> golden.columns;
  for (int64_t row = 0; row < golden.rows; ++row) {
    for (const float value : Numbers<float>(file)) golden.table.push_back(value);
  }
  golden.held_out = Numbers<int64_t>(file);
  while (std::getline(file, line)) {
    Golden::Case one;
    std::istringstream(line) >> word >> one.kind >> one.column >> one.strategy >> one.scaling >> one.width;
    for (int64_t row = 0; row < golden.rows; ++row) {
      for (const double value : Numbers<double>(file)) one.outputs.push_back(value);
    }
    golden.cases.push_back(std::move(one));
  }
  return golden;
}

template <typename Enum>
Enum Named(const std::string& name) {
  for (const auto& known : NamesOf(Enum{})) {
    if (name == known.name) return known.value;
  }
  ADD_FAILURE() << name;
  return {};
}

// The table with a name for each column: `0`, `1`, ...; the last holds 5 categories.
DatasetView View(const Golden& golden) {
  DatasetView view;
  view.shape = {.rows = golden.rows, .features = golden.columns};
  for (int64_t i = 0; i < golden.columns; ++i) {
    view.shape.columns.push_back(
        {.name = std::to_string(i), .categories = i + 1 == golden.columns ? 5 : 0, .has_missing = true});
  }
  view.features = golden.table.data();
  return view;
}

TEST(Preprocessor, NumbersAreScikitLearns) {
  const Golden golden = ReadGolden();
  const DatasetView view = View(golden);
  int compared = 0;
  for (const Golden::Case& one : golden.cases) {
    if (one.kind != "number") continue;
    PreprocessingSpec spec;
    NumericColumnsSpec numeric{
        .scaling = Named<Scaling>(one.scaling),
        .imputation = ImputationSpec{.strategy = Named<ImputationStrategy>(one.strategy), .value = -2.5}};
    spec.columns.push_back({std::to_string(one.column), numeric});
    const Preprocessor fitted =
        Preprocessor::Fit(PlanPreprocessing(spec, view.shape), view, SetOf(golden.rows, golden.held_out));
    const ColumnStep& step = fitted.plan().steps[one.column];
    ASSERT_EQ(step.width, 2);
    std::vector<float> row(fitted.plan().width);
    for (int64_t i = 0; i < golden.rows; ++i) {
      fitted.Apply(golden.table.data() + i * golden.columns, nullptr, row.data());
      const double expected = one.outputs[i * 2];
      // float32 numbers near 1e6 less their mean keep no more digits.
      const double tolerance =
          one.column == 1 && one.scaling != "NONE" ? 0.05 : 2e-6 * std::max(1.0, std::abs(expected));
      EXPECT_NEAR(row[step.offset], expected, tolerance) << one.column << one.strategy << one.scaling << " row " << i;
      EXPECT_EQ(row[step.offset + 1], one.outputs[i * 2 + 1]);
    }
    ++compared;
  }
  EXPECT_EQ(compared, 60);
}

TEST(Preprocessor, OneHotIsScikitLearns) {
  const Golden golden = ReadGolden();
  const DatasetView view = View(golden);
  const Golden::Case& one = golden.cases.back();
  ASSERT_EQ(one.kind, "one_hot");
  const Preprocessor fitted =
      Preprocessor::Fit(PlanPreprocessing({}, view.shape), view, SetOf(golden.rows, golden.held_out));
  const ColumnStep& step = fitted.plan().steps[one.column];
  ASSERT_EQ(step.width, 6);  // the fifth category, in no training row, is one of the dataset all the same
  ASSERT_EQ(one.width, 5);
  std::vector<float> row(fitted.plan().width);
  bool unseen = false;
  for (int64_t i = 0; i < golden.rows; ++i) {
    fitted.Apply(golden.table.data() + i * golden.columns, nullptr, row.data());
    for (int64_t k = 0; k < 4; ++k) EXPECT_EQ(row[step.offset + k], one.outputs[i * 5 + k]) << i;
    EXPECT_EQ(row[step.offset + 4], 0);
    EXPECT_EQ(row[step.offset + 5], one.outputs[i * 5 + 4]) << i;
    unseen = unseen || golden.table[i * golden.columns + one.column] == 4;
  }
  EXPECT_TRUE(unseen);
}

// Rows of one number and one category, some missing; the last row is held out.
struct Small {
  std::vector<float> features = {1, 0, 3, 1, kMissing, kMissing, 5, 1, 1000, 2};
  RowSet held_out = SetOf(5, {4});
  DatasetView view{
      .shape = {.rows = 5,
                .features = 2,
                .columns = {{.name = "n", .has_missing = true}, {.name = "c", .categories = 3, .has_missing = true}}},
      .features = features.data()};

  std::vector<float> Apply(const PreprocessingSpec& spec, std::vector<float> row,
                           const CategoryRecoding* recoding = nullptr) const {
    const Preprocessor fitted = Preprocessor::Fit(PlanPreprocessing(spec, view.shape), view, held_out);
    std::vector<float> out(fitted.plan().width, -7);
    fitted.Apply(row.data(), recoding, out.data());
    return out;
  }
};

TEST(Preprocessor, DefaultsStandardizeFillMarkAndEncode) {
  const Small small;
  const float deviation = std::sqrt(2.0f);  // of 1, 3, 3 (filled in), 5
  EXPECT_THAT(small.Apply({}, {5, 1}), ElementsAre(FloatEq(2 / deviation), 0, 0, 1, 0, 0));
  EXPECT_THAT(small.Apply({}, {kMissing, kMissing}), ElementsAre(0, 1, 0, 0, 0, 1));
}

TEST(Preprocessor, WhatWasNotSeenIsNothing) {
  const Small small;
  for (const float category : {2.0f, -1.0f, 3.0f, 1e30f, -1e30f}) {
    EXPECT_THAT(small.Apply({}, {3, category}), ElementsAre(0, 0, 0, 0, 0, 0)) << category;
  }
}

TEST(Preprocessor, CodesHavePlacesForUnseenAndMissing) {
  const Small small;
  const PreprocessingSpec spec = {.numeric = {.scaling = Scaling::kNone},
                                  .categorical = {.encoding = CategoryEncoding::kEmbedding}};
  const PreprocessingPlan plan = PlanPreprocessing(spec, small.view.shape);
  EXPECT_EQ(plan.steps[1].codes(), 5);
  EXPECT_EQ(plan.steps[1].output_dim, 2);
  EXPECT_THAT(small.Apply(spec, {3, 0}), ElementsAre(3, 0, 1));
  EXPECT_THAT(small.Apply(spec, {3, 1}), ElementsAre(3, 0, 2));
  EXPECT_THAT(small.Apply(spec, {3, 2}), ElementsAre(3, 0, 0));
  EXPECT_THAT(small.Apply(spec, {3, kMissing}), ElementsAre(3, 0, 4));
}

TEST(Preprocessor, MissingCategoriesCanBeTheMostFrequent) {
  const Small small;
  PreprocessingSpec spec;
  spec.columns.push_back({"c", CategoricalColumnsSpec{.missing = MissingCategory::kMostFrequent}});
  EXPECT_THAT(small.Apply(spec, {3, kMissing}), ElementsAre(0, 0, 0, 1, 0));
}

TEST(Preprocessor, AnotherDatasetsCategoriesAreRecoded) {
  const Small small;
  const CategoryRecoding recoding = {{}, {1, -1, 0}};
  EXPECT_THAT(small.Apply({}, {3, 0}, &recoding), ElementsAre(0, 0, 0, 1, 0, 0));
  EXPECT_THAT(small.Apply({}, {3, 1}, &recoding), ElementsAre(0, 0, 0, 0, 0, 0));
  EXPECT_THAT(small.Apply({}, {3, 2}, &recoding), ElementsAre(0, 0, 1, 0, 0, 0));
  EXPECT_THAT(small.Apply({}, {3, 3}, &recoding), ElementsAre(0, 0, 0, 0, 0, 0));
}

// There are fewer rows than the shape says: who read them all would not come back.
TEST(Preprocessor, AStopEndsTheFit) {
  const std::vector<float> numbers(256, 1);
  const DatasetView view = {.shape = {.rows = int64_t{1} << 40, .features = 1, .targets = 1},
                            .features = numbers.data(),
                            .targets = numbers.data()};
  PreprocessingSpec spec{.standardize_targets = true};
  spec.columns.push_back(
      {"0", NumericColumnsSpec{.scaling = Scaling::kStandardize,
                               .imputation = ImputationSpec{.strategy = ImputationStrategy::kMedian}}});
  std::stop_source stop;
  stop.request_stop();
  Preprocessor::Fit(PlanPreprocessing(spec, view.shape), view, RowSet(), stop.get_token());
}

TEST(Preprocessor, TargetsComeBackInTheirOwnUnits) {
  const std::vector<float> targets = {10, 7, 20, 7, 30, 7, 999, 7};
  const DatasetView view = {.shape = {.rows = 4, .features = 1, .targets = 2}, .targets = targets.data()};
  const RowSet held_out = SetOf(4, {3});
  const Preprocessor fitted =
      Preprocessor::Fit(PlanPreprocessing({.standardize_targets = true}, view.shape), view, held_out);
  std::vector<float> row = {30, 7};
  fitted.StandardizeTargets(row);
  EXPECT_THAT(row, ElementsAre(FloatEq(std::sqrt(1.5f)), 0));
  fitted.RestoreTargets(row);
  EXPECT_THAT(row, ElementsAre(FloatEq(30), 7));
}

TEST(Preprocessor, WhatWasFittedMakesTheSameAgain) {
  const Small small;
  const PreprocessingPlan plan = PlanPreprocessing({}, small.view.shape);
  const Preprocessor first = Preprocessor::Fit(plan, small.view, small.held_out);
  const Preprocessor second = *Preprocessor::Make(plan, 1, first.fitted());
  std::vector<float> a(plan.width), b(plan.width);
  for (int64_t row = 0; row < 5; ++row) {
    first.Apply(small.features.data() + 2 * row, nullptr, a.data());
    second.Apply(small.features.data() + 2 * row, nullptr, b.data());
    EXPECT_EQ(a, b);
  }
  FittedPreprocessing cut = first.fitted();
  cut.seen.pop_back();
  EXPECT_TRUE(absl::IsInvalidArgument(Preprocessor::Make(plan, 1, cut).status()));
}

}  // namespace
}  // namespace traind::engine
