#include "client/cli/feature_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace traind::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class FeatureRowsTest : public testing::Test {
 protected:
  ~FeatureRowsTest() override { std::remove(path_.c_str()); }

  absl::Status Read(const std::string& csv, std::vector<std::string> features, size_t batch_rows = 100) {
    std::ofstream(path_, std::ios::binary) << csv;
    return ReadFeatureRows(path_, features, /*as_texts=*/false, batch_rows, [this](const v1::PredictRequest& batch) {
      batch_sizes_.push_back(batch.rows().rows_size());
      for (const auto& row : batch.rows().rows()) rows_.emplace_back(row.values().begin(), row.values().end());
      return absl::OkStatus();
    });
  }

  std::string Fault(const std::string& csv) { return std::string(Read(csv, {"x", "y"}).message()); }

  std::string path_ = testing::TempDir() + "/feature_rows_" + std::to_string(getpid()) + ".csv";
  std::vector<int> batch_sizes_;
  std::vector<std::vector<float>> rows_;
};

TEST_F(FeatureRowsTest, FindsColumnsByNameAndIgnoresOthers) {
  ASSERT_TRUE(Read("\xef\xbb\xbfy,label,\"x\"\r\n1,cat,2.5\r\n\"3\",\"d\"\"og, or\",-4e-1\r\n", {"x", "y"}).ok());
  EXPECT_THAT(rows_, ElementsAre(ElementsAre(2.5f, 1), ElementsAre(-0.4f, 3)));
}

TEST_F(FeatureRowsTest, ReadsALastLineWithoutAnEnd) {
  ASSERT_TRUE(Read("x\n1\n2", {"x"}).ok());
  EXPECT_THAT(rows_, ElementsAre(ElementsAre(1), ElementsAre(2)));
}

TEST_F(FeatureRowsTest, HandsOverBatches) {
  std::string csv = "x\n";
  for (int i = 0; i < 25'000; ++i) csv += std::to_string(i) + "\n";
  ASSERT_TRUE(Read(csv, {"x"}, 10'000).ok());
  EXPECT_THAT(batch_sizes_, ElementsAre(10'000, 10'000, 5'000));
  for (int i = 0; i < 25'000; ++i) ASSERT_EQ(rows_[i][0], i);
}

TEST_F(FeatureRowsTest, TextsAreLeftAsTheyAre) {
  std::ofstream(path_, std::ios::binary) << "b,label,a\n1.50,x,\"Rome, Lazio\"\n,y,NA\n"
                                         << "2,z," << std::string(2 << 20, 'q') << "\n3,z,end\n";
  std::vector<std::vector<std::string>> rows;
  std::vector<int> sizes;
  ASSERT_TRUE(ReadFeatureRows(path_, {"a", "b"}, /*as_texts=*/true, 100, [&](const v1::PredictRequest& batch) {
                EXPECT_THAT(batch.table().columns(), ElementsAre("a", "b"));
                sizes.push_back(batch.table().rows_size());
                for (const auto& row : batch.table().rows())
                  rows.emplace_back(row.values().begin(), row.values().end());
                return absl::OkStatus();
              }).ok());
  EXPECT_THAT(sizes, ElementsAre(3, 1));  // a request has its limit
  EXPECT_THAT(rows[0], ElementsAre("Rome, Lazio", "1.50"));
  EXPECT_THAT(rows[1], ElementsAre("NA", ""));
  EXPECT_THAT(rows[3], ElementsAre("end", "3"));
  std::ofstream(path_, std::ios::binary) << "a\n\xff\n";
  const absl::Status status = ReadFeatureRows(path_, {"a"}, true, 9, [](const auto&) { return absl::OkStatus(); });
  EXPECT_THAT(std::string(status.message()), HasSubstr("row 0, column a: is not UTF-8"));
}

TEST_F(FeatureRowsTest, NamesWhatIsWrong) {
  EXPECT_THAT(Fault("x,z\n1,2\n"), HasSubstr("have no column: y"));
  EXPECT_THAT(Fault("x,y,x\n1,2,3\n"), HasSubstr("column x is there twice"));
  EXPECT_THAT(Fault("x,y\n1,2\n3\n"), HasSubstr("row 1 has 1 columns, the header 2"));
  EXPECT_THAT(Fault("x,y\n1,2\n1,2,3\n"), HasSubstr("row 1 has 3 columns, the header 2"));
  EXPECT_THAT(Fault("x,y\n1,two\n"), HasSubstr("row 0, column y: \"two\" is not a finite number"));
  EXPECT_THAT(Fault("x,y\n1,inf\n"), HasSubstr("row 0, column y: \"inf\""));
  EXPECT_THAT(Fault("x,y\n1,\n"), HasSubstr("row 0, column y: \"\""));
  EXPECT_THAT(Fault("x,y\n1,\"2\n"), HasSubstr("a quote is not closed"));
  EXPECT_THAT(Fault("x,y\n"), HasSubstr("has no rows"));
  EXPECT_THAT(Fault(""), HasSubstr("is empty"));
  EXPECT_THAT(Fault(""), HasSubstr(path_));
}

TEST_F(FeatureRowsTest, AMissingFileIsNotFound) {
  absl::Status status =
      ReadFeatureRows("/nowhere/x.csv", {"x"}, false, 1, [](const auto&) { return absl::OkStatus(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
}

TEST_F(FeatureRowsTest, EndsWithTheErrorOfTheTaker) {
  std::ofstream(path_) << "x\n1\n2\n";
  EXPECT_EQ(ReadFeatureRows(path_, {"x"}, false, 1, [](const auto&) { return absl::AbortedError("enough"); }),
            absl::AbortedError("enough"));
}

}  // namespace
}  // namespace traind::client
