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
#include <vector>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/storage/sha256.h"
#include "tests/chaos/acknowledged.h"
#include "tests/chaos/job_kinds.h"
#include "tests/chaos/traffic.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

ABSL_DECLARE_FLAG(int, cycles);
ABSL_DECLARE_FLAG(uint64_t, seed);

namespace traind::chaos {
namespace {

// What blobs may take if only those are there that something lists.
int64_t ListedBytes(const client::Client& client) {
  constexpr int64_t kModelBytes = 128 << 10;  // more than one takes
  int64_t bytes = 0;
  absl::Status listed = client.ForEachDataset([&](const v1::Dataset& dataset) {
    bytes += dataset.size_bytes();
    return true;
  });
  listed.Update(client.ForEachModel([&](const v1::Model&) {
    bytes += kModelBytes;
    return true;
  }));
  EXPECT_TRUE(listed.ok()) << listed;
  return bytes;
}

// Every blob is what its name says, and together they are at most so many bytes.
void CheckBlobs(const std::string& folder, int64_t most) {
  int64_t all = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (!entry.is_regular_file() || name.size() != 64) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    Sha256 hash;
    all += static_cast<int64_t>(bytes.str().size());
    hash.Update(bytes.str());
    EXPECT_EQ(hash.Finish(), name);
  }
  EXPECT_LE(all, most) << "what was deleted is still on the disk";
}

void Tell(int kills, Acknowledged& acknowledged, const UploadTraffic& uploads) {
  std::cout << kills << " kills; acknowledged: " << acknowledged.datasets() << " datasets, " << acknowledged.jobs()
            << " jobs, " << acknowledged.deletions() << " deletions; " << uploads.cut_off()
            << " uploads cut off midway, " << uploads.went_on() << " streams that went on past byte 0" << std::endl;
}

TEST(Chaos, KillsTakeNothingThatWasAcknowledged) {
  const uint64_t seed = absl::GetFlag(FLAGS_seed);
  std::mt19937_64 random(seed);
  TemporaryFolder folder;
  // A job may meet any number of kills before its first checkpoint.
  const std::string patient = "--max_attempts=100";
  auto server = std::make_unique<TraindProcess>(folder.path(), std::vector<std::string>{patient});
  const std::string address = server->grpc_address();
  ServiceStubs(server->Connect()).CreateDigits();
  Acknowledged acknowledged(ReferenceWeights());
  const int cycles = absl::GetFlag(FLAGS_cycles);
  {
    const Traffic traffic(address, seed, acknowledged);
    for (int cycle = 0; cycle < cycles && !testing::Test::HasFailure(); ++cycle) {
      absl::SleepFor(absl::Milliseconds(20 + random() % 1500));
      // Every second kill meets an upload.
      for (int i = 0; cycle % 2 == 0 && i < 1000 && !traffic.uploads().is_midway(); ++i) {
        absl::SleepFor(absl::Milliseconds(5));
      }
      server->Kill();
      server = std::make_unique<TraindProcess>(folder.path(),
                                               std::vector<std::string>{patient, "--grpc_address=" + address});
      ASSERT_EQ(server->grpc_address(), address);
      acknowledged.CheckAll(client::Client(server->Connect()));
      if (cycle % 10 == 9 || cycle == cycles - 1) Tell(cycle + 1, acknowledged, traffic.uploads());
    }
    // Else the kills would miss what they are meant for.
    EXPECT_GE(traffic.uploads().cut_off(), cycles / 8);
    EXPECT_GT(traffic.uploads().went_on(), 0);
  }
  const client::Client client(server->Connect());
  acknowledged.CheckAll(client);
  acknowledged.CheckEnds(client);
  EXPECT_GT(acknowledged.datasets(), 0);
  EXPECT_GT(acknowledged.interrupted_jobs(), 0);
  std::cout << acknowledged.interrupted_jobs() << " of the jobs took more than one attempt" << std::endl;
  const int64_t listed_bytes = ListedBytes(client);
  EXPECT_EQ(server->Terminate(), 0);
  CheckBlobs(folder.path(), listed_bytes);
}

}  // namespace
}  // namespace traind::chaos
