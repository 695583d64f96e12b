#include "engine/data/preprocessing_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace traind::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const DatasetShape kPlain = {.rows = 9, .features = 2, .columns = {{.name = "a"}, {.name = "b"}}};
const DatasetShape kMixed = {.rows = 9,
                             .features = 4,
                             .columns = {{.name = "number"},
                                         {.name = "holes", .has_missing = true},
                                         {.name = "few", .categories = 32},
                                         {.name = "many", .categories = 33, .has_missing = true}}};

std::vector<std::string> FaultyFields(const PreprocessingSpec& spec, const DatasetShape& shape) {
  Faults faults;
  PlanPreprocessing(spec, shape, faults);
  std::vector<std::string> fields;
  for (const Fault& fault : faults.Take()) fields.push_back(fault.field);
  return fields;
}

TEST(PreprocessingPlan, PlainNumbersStayAsTheyAre) {
  for (const PreprocessingSpec& spec :
       {PreprocessingSpec{}, PreprocessingSpec{.numeric = {.scaling = Scaling::kNone}}}) {
    const PreprocessingPlan plan = PlanPreprocessing(spec, kPlain);
    EXPECT_FALSE(plan.changes_rows());
    EXPECT_EQ(plan.width, 2);
  }
  const DatasetShape unnamed = {.rows = 1, .features = 3};
  EXPECT_EQ(PlanPreprocessing({}, unnamed).width, 3);
  EXPECT_TRUE(PlanPreprocessing({.numeric = {.scaling = Scaling::kMinMax}}, unnamed).changes_rows());
  EXPECT_TRUE(PlanPreprocessing({.numeric = {.imputation = ImputationSpec{}}}, kPlain).changes_rows());
}

TEST(PreprocessingPlan, DefaultsFollowFromTheDataset) {
  const PreprocessingPlan plan = PlanPreprocessing({}, kMixed);
  ASSERT_EQ(plan.steps.size(), 4u);
  EXPECT_EQ(plan.steps[0].scaling, Scaling::kStandardize);
  EXPECT_EQ(plan.steps[0].width, 1);
  EXPECT_EQ(plan.steps[1].width, 2);
  EXPECT_EQ(plan.steps[2].kind, ColumnStep::Kind::kOneHot);
  EXPECT_EQ(plan.steps[2].width, 32);
  EXPECT_EQ(plan.steps[3].kind, ColumnStep::Kind::kCode);
  EXPECT_EQ(plan.steps[3].codes(), 35);
  EXPECT_EQ(plan.steps[3].output_dim, 17);
  EXPECT_EQ(plan.steps[3].offset, 35);
  EXPECT_EQ(plan.width, 36);
}

TEST(PreprocessingPlan, AColumnCanHaveItsOwn) {
  PreprocessingSpec spec = {.categorical = {.encoding = CategoryEncoding::kOneHot}};
  spec.columns.push_back({"few", CategoricalColumnsSpec{.encoding = CategoryEncoding::kEmbedding, .output_dim = 5}});
  spec.columns.push_back({"holes", NumericColumnsSpec{.imputation = ImputationSpec{.indicator = false}}});
  const PreprocessingPlan plan = PlanPreprocessing(spec, kMixed);
  EXPECT_EQ(plan.steps[1].width, 1);
  EXPECT_EQ(plan.steps[2].output_dim, 5);
  EXPECT_EQ(plan.steps[3].width, 34);
}

TEST(PreprocessingPlan, FaultsAreNamed) {
  PreprocessingSpec spec;
  spec.columns.push_back({"few", NumericColumnsSpec{}});
  spec.columns.push_back({"nobody", NumericColumnsSpec{}});
  spec.columns.push_back({"number", NumericColumnsSpec{}});
  spec.columns.push_back({"number", NumericColumnsSpec{}});
  spec.columns.push_back({"holes", CategoricalColumnsSpec{}});
  EXPECT_THAT(FaultyFields(spec, kMixed), ElementsAre("preprocessing.columns[0]", "preprocessing.columns[1].column",
                                                      "preprocessing.columns[3].column", "preprocessing.columns[4]"));
  EXPECT_THAT(FaultyFields({.standardize_targets = true}, kMixed), IsEmpty());
  DatasetShape classes = kMixed;
  classes.classes = 2;
  EXPECT_THAT(FaultyFields({.standardize_targets = true}, classes), ElementsAre("preprocessing.standardize_targets"));
}

TEST(PreprocessingPlan, EmbeddingsAreBounded) {
  DatasetShape wide = {.rows = 1, .features = 1'001};
  wide.columns.resize(1'001, {.name = "c", .categories = 40});
  EXPECT_THAT(FaultyFields({}, wide), ElementsAre("preprocessing.categorical.encoding"));
}

}  // namespace
}  // namespace traind::engine
