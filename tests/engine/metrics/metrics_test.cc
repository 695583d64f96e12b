// What every metric must do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/engine/metrics/golden_metrics.h"

namespace traind::engine {
namespace {

std::optional<Metric> MetricNamed(const std::string& name) {
  for (const auto& known : NamesOf(Metric{})) {
    if (name == known.name) return known.value;
  }
  return std::nullopt;
}

// The name of what a metric reports, a number or a table.
std::string FigureName(const std::string& wire_name) {
  std::string name = wire_name;
  for (char& letter : name) letter = static_cast<char>(std::tolower(letter));
  return name;
}

void AddInBatches(const GoldenCase& golden, int64_t batch, MetricAccumulator& accumulator) {
  for (int64_t row = 0; row < golden.shape.rows; row += batch) {
    const int64_t width = golden.shape.width;
    accumulator.Add(std::min(batch, golden.shape.rows - row), golden.predictions.data() + row * width,
                    {.classes = golden.classes.empty() ? nullptr : golden.classes.data() + row,
                     .targets = golden.targets.empty() ? nullptr : golden.targets.data() + row * width});
  }
}

void ExpectReported(const GoldenFigure& expected, const std::string& name, const MetricReport& report) {
  EXPECT_EQ(report.values.size(), expected.value ? 1 : 0);
  EXPECT_EQ(report.tables.size(), expected.table ? 1 : 0);
  if (expected.value) {
    ASSERT_TRUE(report.values.contains(name));
    EXPECT_NEAR(report.values.at(name), *expected.value, 1e-6 * std::max(1.0, std::abs(*expected.value)));
  }
  if (expected.table) {
    ASSERT_TRUE(report.tables.contains(name));
    EXPECT_EQ(report.tables.at(name).columns, expected.table->columns);
    EXPECT_THAT(report.tables.at(name).values, testing::Pointwise(testing::DoubleNear(1e-6), expected.table->values));
  }
}

class MetricsTest : public testing::TestWithParam<GoldenCase> {};

TEST_P(MetricsTest, EqualScikitLearn) {
  for (const auto& [wire_name, expected] : GetParam().figures) {
    SCOPED_TRACE(wire_name);
    const std::optional<Metric> metric = MetricNamed(wire_name);
    ASSERT_TRUE(metric);
    const auto accumulator = MakeMetric(*metric, GetParam().shape);
    for (const int64_t batch : {1, 7, 1000}) {
      accumulator->Reset();
      AddInBatches(GetParam(), batch, *accumulator);
      // Asked twice, it says the same.
      for (int i = 0; i < 2; ++i) {
        MetricReport report;
        accumulator->Report("val_", report);
        ExpectReported(expected, "val_" + FigureName(wire_name), report);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, MetricsTest, testing::ValuesIn(ReadGoldenMetrics()),
                         [](const auto& one) { return one.param.name; });

TEST(MetricsTest, AllStandBesideScikitLearn) {
  std::set<std::string> tested;
  for (const GoldenCase& golden : ReadGoldenMetrics()) {
    for (const auto& [name, figure] : golden.figures) tested.insert(name);
  }
  for (const auto& known : NamesOf(Metric{})) EXPECT_TRUE(tested.contains(known.name)) << known.name;
}

// What monitors look for is what epochs report.
TEST(MetricsTest, ReportWhatTheyAreSaidToReport) {
  for (const auto& known : NamesOf(Metric{})) {
    SCOPED_TRACE(known.name);
    const std::string name = known.name;
    const bool is_table = name == "CONFUSION_MATRIX" || name.ends_with("_PER_CLASS");
    EXPECT_EQ(ReportedNameOf(known.value), is_table ? "" : FigureName(name));
    EXPECT_STREQ(NameOf(known.value), known.name);
    const bool is_error = NeedsOf(known.value) == MetricNeeds::kTargets && name != "R2";
    EXPECT_EQ(LargerIsBetter(known.value), !is_error && name != "LOG_LOSS");
    EXPECT_EQ(MostClasses(known.value), name == "CONFUSION_MATRIX" ? 256
                                        : is_table                 ? 4096
                                                                   : std::numeric_limits<int64_t>::max());
  }
}

TEST(MetricsTest, NeverReportNaN) {
  const std::vector<float> predictions(6, std::nanf(""));
  const std::vector<int32_t> classes = {0, 1};
  const std::vector<float> targets(6);
  for (const auto& known : NamesOf(Metric{})) {
    SCOPED_TRACE(known.name);
    const bool is_regression = NeedsOf(known.value) == MetricNeeds::kTargets;
    for (const int64_t width : {1, 2, 3}) {
      const auto accumulator = MakeMetric(
          known.value, {.rows = 2, .width = width, .classes = is_regression ? 0 : std::max<int64_t>(2, width)});
      accumulator->Add(
          2, predictions.data(),
          {.classes = is_regression ? nullptr : classes.data(), .targets = is_regression ? targets.data() : nullptr});
      MetricReport report;
      accumulator->Report("", report);
      for (const auto& [name, value] : report.values) EXPECT_TRUE(std::isfinite(value)) << name;
      if (known.value == Metric::kRocAuc || known.value == Metric::kPrAuc || is_regression) {
        EXPECT_TRUE(report.values.empty());
      }
    }
  }
}

TEST(MetricsTest, NaNIsNoHit) {
  const std::vector<float> predictions = {std::nanf(""), 0.1f, 0.2f};
  const int32_t label = 0;
  const auto accumulator = MakeMetric(Metric::kTopKAccuracy, {.rows = 1, .width = 3, .classes = 3, .top_k = 2});
  accumulator->Add(1, predictions.data(), {.classes = &label});
  MetricReport report;
  accumulator->Report("", report);
  EXPECT_EQ(report.values.at("top_k_accuracy"), 0);
}

TEST(MetricsTest, TellTheMemoryThatTheyTake) {
  const MetricShape shape = {.rows = 1000, .width = 10, .classes = 10};
  EXPECT_EQ(MetricBytes(Metric::kRocAuc, shape), 1000 * (10 * 4 + 4 + 8));
  EXPECT_EQ(MetricBytes(Metric::kPrAuc, {.rows = 1000, .width = 2, .classes = 2}), 1000 * (4 + 4 + 8));
  EXPECT_EQ(MetricBytes(Metric::kConfusionMatrix, shape), 5 * 10 * 10 * 8);
  EXPECT_EQ(MetricBytes(Metric::kF1Macro, shape), 3 * 10 * 8);
  EXPECT_EQ(MetricBytes(Metric::kR2, shape), 10 * 24);
  EXPECT_EQ(MetricBytes(Metric::kMae, shape), 10 * 8);
  EXPECT_EQ(MetricBytes(Metric::kAccuracy, shape), 0);
}

}  // namespace
}  // namespace traind::engine
