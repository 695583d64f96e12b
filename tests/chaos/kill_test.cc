// kill -9 at random moments, with uploads, jobs and watches under way.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/storage/blob_store.h"
#include "server/storage/database.h"
#include "server/storage/dataset_store.h"
#include "server/storage/file_system.h"
#include "server/storage/model_store.h"
#include "server/storage/sha256.h"
#include "server/storage/upload_store.h"
#include "tests/chaos/acknowledged.h"
#include "tests/chaos/job_kinds.h"
#include "tests/chaos/traffic.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

ABSL_DECLARE_FLAG(int, cycles);
ABSL_DECLARE_FLAG(uint64_t, seed);

namespace traind::chaos {
namespace {

std::set<std::string> FilesBelow(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) names.insert(entry.path().filename());
  }
  return names;
}

// The blobs that the database of a stopped server refers to.
std::set<std::string> ReferredTo(Database& database, BlobStore& blobs) {
  std::set<std::string> names;
  const std::unique_ptr<DatasetStore> datasets = DatasetStore::Make(database, blobs);
  std::string after;
  for (bool more = true; more;) {
    const absl::StatusOr<Page<DatasetRecord>> page = datasets->List(after, 1000);
    if (!page.ok()) {
      ADD_FAILURE() << page.status();
      break;
    }
    for (const DatasetRecord& dataset : page->records) {
      for (const BlobInfo& blob : BlobsOf(dataset)) names.insert(blob.sha256);
      after = dataset.id;
    }
    more = page->more;
  }
  const std::unique_ptr<ModelStore> models = ModelStore::Make(database, blobs);
  int64_t before = 0;
  for (bool more = true; more;) {
    const absl::StatusOr<Page<ModelRecord>> page = models->List(before, 1000);
    if (!page.ok()) {
      ADD_FAILURE() << page.status();
      break;
    }
    for (const ModelRecord& model : page->records) {
      names.insert(model.weights.sha256);
      before = model.number;
    }
    more = page->more;
  }
  return names;
}

// After a server that stopped: every blob is what its name says, each belongs to something and nothing lacks one, and
// every file in uploads/ is that of an upload under way.
void CheckFiles(const std::string& folder) {
  const std::set<std::string> stored = FilesBelow(folder + "/blobs");
  const auto database = Database::Open(folder + "/traind.db");
  ASSERT_TRUE(database.ok()) << database.status();
  const auto blobs = BlobStore::Open(PosixFileSystem(), folder + "/blobs");
  ASSERT_TRUE(blobs.ok()) << blobs.status();
  EXPECT_EQ(stored, ReferredTo(**database, **blobs));
  for (const std::string& name : stored) {
    const auto file = PosixFileSystem().Map(absl::StrCat(folder, "/blobs/", name.substr(0, 2), "/", name));
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_EQ(Sha256Hex((*file)->bytes()), name);
  }
  const std::unique_ptr<UploadStore> uploads = UploadStore::Make(**database);
  for (const std::string& name : FilesBelow(folder + "/uploads")) EXPECT_TRUE(uploads->Get(name).ok()) << name;
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
  int csv_commits = 0;  // that a kill met
  {
    const Traffic traffic(address, seed, acknowledged);
    for (int cycle = 0; cycle < cycles && !testing::Test::HasFailure(); ++cycle) {
      absl::SleepFor(absl::Milliseconds(20 + random() % 1500));
      // Every second kill meets an upload.
      for (int i = 0; cycle % 2 == 0 && i < 1000 && !traffic.uploads().is_midway(); ++i) {
        absl::SleepFor(absl::Milliseconds(5));
      }
      // Every fourth meets the commit of a CSV, if one comes in time.
      for (int i = 0; cycle % 4 == 1 && i < 5000 && !traffic.uploads().is_reading_csv(); ++i) {
        absl::SleepFor(absl::Milliseconds(2));
      }
      csv_commits += traffic.uploads().is_reading_csv();
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
    EXPECT_GT(csv_commits, 0);
  }
  const client::Client client(server->Connect());
  acknowledged.CheckAll(client);
  acknowledged.CheckEnds(client);
  EXPECT_GT(acknowledged.datasets(), 0);
  EXPECT_GT(acknowledged.interrupted_jobs(), 0);
  std::cout << acknowledged.interrupted_jobs() << " of the jobs took more than one attempt; " << csv_commits
            << " kills met the commit of a CSV" << std::endl;
  EXPECT_EQ(server->Terminate(), 0);
  CheckFiles(folder.path());
}

}  // namespace
}  // namespace traind::chaos
