// Bytes that a disk gives back otherwise than they were written, and files that are cut.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cpp/client.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

ABSL_DECLARE_FLAG(int, flips);
ABSL_DECLARE_FLAG(uint64_t, seed);

namespace traind::chaos {
namespace {

namespace fs = std::filesystem;

constexpr int32_t kEpochs = 200;
constexpr int64_t kStepsBetweenCheckpoints = 400;  // of 45 in an epoch
constexpr char kEnded[] = "trainingJobs/ended";
constexpr char kCut[] = "trainingJobs/cut-off";

v1::TrainingJob Submit(ServiceStubs& stubs, const std::string& id) {
  v1::CreateTrainingJobRequest request = stubs.DigitsJob(id);
  v1::TrainingSpec& spec = *request.mutable_training_job()->mutable_spec();
  spec.set_epochs(kEpochs);
  spec.mutable_checkpoint()->set_every_steps(kStepsBetweenCheckpoints);
  v1::TrainingJob job;
  EXPECT_TRUE(ServiceStubs::Ok(stubs.training().CreateTrainingJob(stubs.NewContext(), request, &job)));
  return job;
}

// What a server leaves that was killed in the middle of a job, behind one that ended. Returns the hash of the weights.
std::string LeaveBehind(const std::string& folder) {
  TraindProcess server(folder);
  ServiceStubs stubs(server.Connect());
  stubs.CreateDigits();
  Submit(stubs, "ended");
  const std::string weights = stubs.WaitForEnd(kEnded).result().weights_sha256();
  Submit(stubs, "cut-off");
  stubs.ReadUntilEpoch(kCut, kEpochs / 5);
  server.Kill();
  // They go with the job's end: it was unfinished, and two of its checkpoints are among what is damaged, beside one
  // that was being written.
  EXPECT_GE(std::distance(fs::directory_iterator(folder + "/checkpoints"), {}), 2);
  return weights;
}

// Of everything that may be asked, nothing may be answered by a fault of the server's own.
void Expect(const char* call, const absl::Status& status) {
  EXPECT_FALSE(absl::IsInternal(status) || absl::IsUnknown(status) || absl::IsUnavailable(status))
      << call << ": " << status;
}

// What may come of a job whose server was killed and one of whose files was damaged.
enum class CutJob {
  kSucceeds,            // with the same weights
  kSucceedsOrDataLoss,  // the same, or it says that its data are damaged
  kAnything,            // SQLite's pages have no checksums: what the database says need not be true
};

CutJob WhatMayCome(const std::string& file) {
  if (absl::StartsWith(file, "checkpoints/")) return CutJob::kSucceeds;
  return absl::StartsWith(file, "traind.db") ? CutJob::kAnything : CutJob::kSucceedsOrDataLoss;
}

void AskEverything(const TraindProcess& server, const std::string& weights, CutJob expected) {
  const client::Client client(server.Connect());
  Expect("list datasets", client.ForEachDataset([](const auto&) { return true; }));
  Expect("list jobs", client.ForEachTrainingJob([](const auto&) { return true; }));
  Expect("list models", client.ForEachModel([](const auto&) { return true; }));
  v1::PredictRequest predict;
  predict.set_name("models/ended");
  v1::PredictRequest::Row& row = *predict.mutable_rows()->add_rows();
  for (int i = 0; i < 64; ++i) row.add_values(1);
  Expect("predict", client.Predict(predict).status());
  Expect("watch", client.WatchTrainingJob(kCut, 0, [](const auto&) {}));
  const absl::StatusOr<v1::TrainingJob> job = client.GetTrainingJob(kCut);
  Expect("get job", job.status());
  if (expected == CutJob::kAnything) return;
  ASSERT_TRUE(job.ok()) << job.status();
  if (job->state() == v1::TrainingJob::SUCCEEDED) {
    EXPECT_EQ(job->result().weights_sha256(), weights);
  } else {
    EXPECT_EQ(expected, CutJob::kSucceedsOrDataLoss) << job->error().message();
    EXPECT_EQ(job->error().reason(), v1::TrainingError::DATA_LOSS) << job->error().message();
  }
}

class FlippedFiles : public testing::Test {
 protected:
  // Starts a server on a copy of `left` in which `damage` was done to one file.
  template <typename Damage>
  void Try(const std::string& left, const fs::path& file, const std::string& weights, Damage damage) {
    TemporaryFolder folder;
    fs::copy(left, folder.path(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    damage(fs::path(folder.path()) / file);
    TraindProcess server(folder.path(), {}, TraindProcess::Start::kMay);
    const CutJob expected = WhatMayCome(file.string());
    if (server.ready()) AskEverything(server, weights, expected);
    const bool was_ready = server.ready();
    const int status = server.Terminate();
    if (was_ready) {
      EXPECT_EQ(status, 0);
    } else {
      EXPECT_EQ(expected, CutJob::kAnything) << "nothing but its database may keep it from starting";
      EXPECT_GT(status, 0) << "it should say what is wrong, and end";
    }
  }
};

TEST_F(FlippedFiles, NeitherEndTheServerNorGiveOtherWeights) {
  std::mt19937_64 random(absl::GetFlag(FLAGS_seed));
  TemporaryFolder left;
  const std::string weights = LeaveBehind(left.path());
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(left.path())) {
    if (entry.is_regular_file() && entry.file_size() > 0) files.push_back(fs::relative(entry.path(), left.path()));
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    const uint64_t size = fs::file_size(fs::path(left.path()) / file);
    for (int i = 0; i < absl::GetFlag(FLAGS_flips); ++i) {
      // The first places are where headers are.
      const uint64_t place = i % 2 == 0 ? random() % std::min<uint64_t>(size, 128) : random() % size;
      SCOPED_TRACE(absl::StrCat(file.string(), " at ", place, " of ", size));
      Try(left.path(), file, weights, [place](const fs::path& path) {
        std::fstream bytes(path, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekg(static_cast<std::streamoff>(place));
        const char byte = static_cast<char>(bytes.get());
        bytes.seekp(static_cast<std::streamoff>(place));
        bytes.put(static_cast<char>(~byte));
      });
      Try(left.path(), file, weights, [place](const fs::path& path) { fs::resize_file(path, place); });
    }
  }
}

}  // namespace
}  // namespace traind::chaos
