#include "tests/chaos/flatness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/integration/traind_process.h"

namespace traind::chaos {
namespace {

using ::testing::HasSubstr;

// Twenty minutes of a server that is warm after four, if nothing of it grows.
std::vector<ProcessSample> Samples() {
  std::vector<ProcessSample> samples(1200);
  for (size_t i = 0; i < samples.size(); ++i) {
    ProcessSample& sample = samples[i];
    sample.seconds = static_cast<double>(i);
    sample.values = {i < 240 ? 50.0 : 100.0, i < 240 ? 30.0 : 60.0, 40, 30, 2, 60};
    sample.cpu_seconds = 2 * sample.seconds;
    // What a busy second takes more is no growth.
    if (i % 5 == 0) sample.values = {300, 200, 90, 45, 4, 120};
  }
  return samples;
}

std::vector<Measure> Growing(const std::vector<ProcessSample>& samples) {
  std::vector<Measure> growing;
  for (const Growth& growth : GrowthOf(samples)) {
    if (!growth.is_flat()) growing.push_back(growth.measure);
  }
  return growing;
}

TEST(FlatnessTest, AWarmServerIsFlat) { EXPECT_TRUE(Growing(Samples()).empty()); }

TEST(FlatnessTest, EachMeasureThatGrowsIsSeen) {
  // In twenty minutes, steadily.
  for (const auto& [measure, more] :
       {std::pair(kResidentMegabytes, 40), std::pair(kAnonymousMegabytes, 40), std::pair(kFiles, 12),
        std::pair(kThreads, 2), std::pair(kDatabaseMegabytes, 4), std::pair(kDataMegabytes, 40)}) {
    std::vector<ProcessSample> samples = Samples();
    for (ProcessSample& sample : samples) sample.values[measure] += more * sample.seconds / 1200;
    EXPECT_EQ(Growing(samples), std::vector{measure}) << kMeasureNames[measure];
  }
}

TEST(FlatnessTest, TablesShowIt) {
  std::vector<ProcessSample> samples = Samples();
  EXPECT_THAT(MinuteTable(samples), HasSubstr("\n    19        100.0         60.0         40.0         30.0"));
  EXPECT_THAT(MinuteTable(samples), HasSubstr(" 2.00\n"));
  for (ProcessSample& sample : samples) sample.values[kFiles] += sample.seconds;
  EXPECT_THAT(GrowthTable(GrowthOf(samples)), HasSubstr("open_files"));
  EXPECT_THAT(GrowthTable(GrowthOf(samples)), HasSubstr("  GROWS\n"));
  samples = Samples();
  samples.resize(2);
  EXPECT_EQ(ToCsv(samples),
            "seconds,rss_mb,rss_anon_mb,open_files,threads,database_mb,data_mb,cpu_seconds\n"
            "0.0,300.000,200.000,90.000,45.000,4.000,120.000,0.00\n"
            "1.0,50.000,30.000,40.000,30.000,2.000,60.000,2.00\n");
}

TEST(ProcessSampleTest, SeesThisProcess) {
  const TemporaryFolder folder;
  const auto before = SampleProcess(getpid(), folder.path());
  ASSERT_TRUE(before.has_value());
  EXPECT_GT(before->values[kAnonymousMegabytes], 0);
  EXPECT_GT(before->values[kResidentMegabytes], before->values[kAnonymousMegabytes]);
  EXPECT_GE(before->values[kThreads], 1);
  EXPECT_EQ(before->values[kDataMegabytes], 0);
  const std::vector<char> memory(50'000'000, 'x');
  const int file = dup(STDIN_FILENO);
  std::ofstream(folder.path() + "/traind.db-wal") << std::string(1'000'000, 'x');
  std::ofstream(folder.path() + "/blob") << std::string(500'000, 'x');
  const auto after = SampleProcess(getpid(), folder.path());
  EXPECT_GT(after->values[kAnonymousMegabytes], before->values[kAnonymousMegabytes] + 45) << memory.size();
  EXPECT_EQ(after->values[kFiles], before->values[kFiles] + 1);
  EXPECT_DOUBLE_EQ(after->values[kDatabaseMegabytes], 1);
  EXPECT_DOUBLE_EQ(after->values[kDataMegabytes], 1.5);
  close(file);
  EXPECT_FALSE(SampleProcess(0x7fffffff, folder.path()).has_value());
}

}  // namespace
}  // namespace traind::chaos
