// kill -9 at random moments, with uploads, jobs and watches under way.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>
#include <string>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/storage/sha256.h"
#include "tests/chaos/acknowledged.h"
#include "tests/chaos/traffic.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

ABSL_DECLARE_FLAG(int, cycles);
ABSL_DECLARE_FLAG(uint64_t, seed);

namespace traind::chaos {
namespace {

// Every blob is what its name says.
void CheckBlobs(const std::string& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (!entry.is_regular_file() || name.size() != 64) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    Sha256 hash;
    hash.Update(bytes.str());
    EXPECT_EQ(hash.Finish(), name);
  }
}

TEST(Chaos, KillsTakeNothingThatWasAcknowledged) {
  const uint64_t seed = absl::GetFlag(FLAGS_seed);
  std::mt19937_64 random(seed);
  TemporaryFolder folder;
  auto server = std::make_unique<TraindProcess>(folder.path());
  const std::string address = server->grpc_address();
  ServiceStubs(server->Connect()).CreateDigits();
  Acknowledged acknowledged;
  {
    const Traffic traffic(address, seed, acknowledged);
    for (int cycle = 0; cycle < absl::GetFlag(FLAGS_cycles) && !testing::Test::HasFailure(); ++cycle) {
      absl::SleepFor(absl::Milliseconds(20 + random() % 1500));
      server->Kill();
      server = std::make_unique<TraindProcess>(folder.path(), std::vector<std::string>{"--grpc_address=" + address});
      ASSERT_EQ(server->grpc_address(), address);
      acknowledged.CheckAll(client::Client(server->Connect()));
      if (cycle % 10 == 9) {
        std::cout << cycle + 1 << " kills, " << acknowledged.datasets() << " datasets and " << acknowledged.jobs()
                  << " jobs acknowledged" << std::endl;
      }
    }
  }
  const client::Client client(server->Connect());
  acknowledged.CheckAll(client);
  acknowledged.CheckEnds(client);
  EXPECT_GT(acknowledged.datasets(), 0);
  EXPECT_GT(acknowledged.jobs(), 0);
  EXPECT_EQ(server->Terminate(), 0);
  CheckBlobs(folder.path());
}

}  // namespace
}  // namespace traind::chaos
