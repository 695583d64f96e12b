#include "client/cli/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "traind/v1/training_job.pb.h"

namespace traind::client {
namespace {

TEST(OutputTest, JsonHasProtoNamesAndDefaults) {
  v1::TrainingJob job;
  job.set_state(v1::TrainingJob::QUEUED);
  job.mutable_progress();
  std::ostringstream line;
  PrintJsonLine(line, job);
  EXPECT_THAT(line.str(), testing::EndsWith("}\n"));
  EXPECT_EQ(line.str().find('\n'), line.str().size() - 1);
  auto json = nlohmann::json::parse(line.str());
  EXPECT_EQ(json["state"], "QUEUED");
  EXPECT_EQ(json["progress"]["step"], "0");
  EXPECT_EQ(json["progress"]["samples_per_second"], 0.0);

  std::ostringstream lines;
  PrintJson(lines, job);
  EXPECT_EQ(nlohmann::json::parse(lines.str()), json);
}

TEST(OutputTest, MetricsAreInTheOrderOfInterest) {
  google::protobuf::Map<std::string, double> metrics;
  for (const char* name : {"val_loss", "accuracy", "auc", "val_accuracy", "loss"}) metrics[name] = 1;
  std::vector<std::string> names;
  for (const auto& [name, value] : InOrder(metrics)) names.push_back(name);
  EXPECT_THAT(names, testing::ElementsAre("loss", "accuracy", "val_loss", "val_accuracy", "auc"));
}

TEST(OutputTest, FormatsNumbers) {
  EXPECT_EQ(FormatMetric(0), "0.0000");
  EXPECT_EQ(FormatMetric(0.98765), "0.9877");
  EXPECT_EQ(FormatMetric(123.456), "123.5");
  EXPECT_EQ(FormatMetric(1.2e-7), "1.2e-07");
  EXPECT_EQ(FormatRate(950), "950");
  EXPECT_EQ(FormatRate(353'912), "353.9k");
  EXPECT_EQ(FormatRate(1'015'000), "1.01M");
  EXPECT_EQ(FormatBytes(12), "12 B");
  EXPECT_EQ(FormatBytes(1536), "1.5 KiB");
  EXPECT_EQ(FormatBytes(int64_t{3} << 30), "3.0 GiB");
}

}  // namespace
}  // namespace traind::client
