// A server at full load for long: what it takes must not grow.
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/time/clock.h"
#include "client/cpp/client.h"
#include "tests/chaos/acknowledged.h"
#include "tests/chaos/flatness.h"
#include "tests/chaos/job_kinds.h"
#include "tests/chaos/process_sample.h"
#include "tests/chaos/traffic.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

ABSL_DECLARE_FLAG(double, soak_seconds);
ABSL_DECLARE_FLAG(std::string, soak_csv);
ABSL_DECLARE_FLAG(uint64_t, seed);

namespace traind::chaos {
namespace {

constexpr absl::Duration kPeriod = absl::Seconds(1);
// A shorter run is all warm-up: it shows that the soak works, and judges nothing.
constexpr double kLeastJudgedSeconds = 240;

// Every kPeriod, until the time is over or the server is. Says every minute how it is.
std::vector<ProcessSample> SampleFor(absl::Duration duration, const TraindProcess& server, const std::string& folder) {
  const absl::Time start = absl::Now();
  std::vector<ProcessSample> samples;
  for (absl::Time next = start; next - start < duration; next += kPeriod) {
    absl::SleepFor(next - absl::Now());
    std::optional<ProcessSample> sample = SampleProcess(server.pid(), folder);
    if (!sample) {
      ADD_FAILURE() << "the server is gone";
      break;
    }
    sample->seconds = absl::ToDoubleSeconds(absl::Now() - start);
    samples.push_back(*sample);
    if (samples.size() % 60 == 0) {
      std::cout << samples.size() / 60 << " minutes: " << sample->values[kAnonymousMegabytes] << " MB anonymous, "
                << sample->values[kFiles] << " files, " << sample->values[kThreads] << " threads" << std::endl;
    }
  }
  return samples;
}

TEST(Soak, AServerAtFullLoadTakesNoMoreTheLongerItRuns) {
  const double seconds = absl::GetFlag(FLAGS_soak_seconds);
  Acknowledged acknowledged(ReferenceWeights());
  TemporaryFolder folder;
  TraindProcess server(folder.path());
  ServiceStubs(server.Connect()).CreateDigits();
  std::vector<ProcessSample> samples;
  {
    const Load load = {.open_jobs = 16, .kept_jobs = 24, .kept_datasets = 4, .watchers = 4};
    const Traffic traffic(server.grpc_address(), absl::GetFlag(FLAGS_seed), acknowledged, load);
    samples = SampleFor(absl::Seconds(seconds), server, folder.path());
  }
  const client::Client client(server.Connect());
  acknowledged.CheckAll(client);
  acknowledged.CheckEnds(client);
  EXPECT_EQ(server.Terminate(), 0);

  if (const std::string path = absl::GetFlag(FLAGS_soak_csv); !path.empty()) {
    std::ofstream csv(path);
    csv << ToCsv(samples);
    EXPECT_TRUE(csv.flush()) << path;
  }
  ASSERT_GE(samples.size(), 4);
  std::cout << MinuteTable(samples) << acknowledged.jobs() << " jobs, " << acknowledged.datasets() << " datasets, "
            << acknowledged.deletions() << " deletions\n";
  // Of all three kinds there was some, or the store would have grown.
  EXPECT_GT(acknowledged.jobs(), 0);
  EXPECT_GT(acknowledged.datasets(), 0);
  EXPECT_GT(acknowledged.deletions(), 0);
  if (seconds < kLeastJudgedSeconds) {
    std::cout << "Too short to judge: that takes " << kLeastJudgedSeconds << " seconds.\n";
    return;
  }
  const std::vector<Growth> growths = GrowthOf(samples);
  std::cout << GrowthTable(growths);
  for (const Growth& growth : growths) EXPECT_TRUE(growth.is_flat()) << kMeasureNames[growth.measure];
}

}  // namespace
}  // namespace traind::chaos
