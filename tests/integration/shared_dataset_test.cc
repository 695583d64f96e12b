// Many jobs read one dataset where it lies: its bytes are mapped, not copied.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/cpp/client.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

constexpr int64_t kRows = 50'000;
constexpr int64_t kFeatures = 500;
constexpr int64_t kBytes = kRows * (kFeatures + 1) * 4;  // 100 MB

// A line of /proc/PID/status such as `RssAnon:  1234 kB`.
int64_t KilobytesOf(pid_t pid, const std::string& what) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(status, line);) {
    int64_t kilobytes = 0;
    if (line.rfind(what + ":", 0) != 0) continue;
    const size_t digits = line.find_first_of("0123456789");
    EXPECT_TRUE(absl::SimpleAtoi(line.substr(digits, line.rfind(' ') - digits), &kilobytes));
    return kilobytes;
  }
  ADD_FAILURE() << "no " << what << " of process " << pid;
  return 0;
}

TEST(SharedDatasetTest, AJobTakesNoMemoryForTheDatasetItTrainsOn) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "AddressSanitizer keeps what was freed";
#endif
  TemporaryFolder folder;
  TraindProcess traind(folder.path(), {"--cores=2"});
  ServiceStubs stubs(traind.Connect());
  v1::CreateUploadRequest upload;
  upload.set_dataset_id("large");
  upload.set_size_bytes(kBytes);
  v1::Tensors& tensors = *upload.mutable_format()->mutable_tensors();
  tensors.set_row_count(kRows);
  tensors.set_feature_count(kFeatures);
  tensors.set_class_count(2);
  const auto zeros = [&](int64_t offset, absl::Span<char> span) -> absl::StatusOr<size_t> {
    const int64_t count = std::min<int64_t>(kBytes - offset, static_cast<int64_t>(span.size()));
    std::fill_n(span.begin(), count, '\0');
    return count;
  };
  const auto dataset = client::Client::Connect(traind.grpc_address()).UploadDataset(upload, zeros);
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  const int64_t before = KilobytesOf(traind.pid(), "RssAnon");
  EXPECT_LT(before, 80'000) << "an upload goes through little memory";

  v1::CreateTrainingJobRequest request = stubs.DigitsJob("");
  request.mutable_training_job()->set_dataset("datasets/large");
  request.mutable_training_job()->mutable_spec()->set_epochs(100'000);
  request.mutable_training_job()->mutable_spec()->set_threads(1);  // so that both run at once
  v1::Layer& last = *request.mutable_training_job()->mutable_spec()->mutable_model()->mutable_layers(6);
  last.mutable_dense()->set_units(2);
  for (const std::string id : {"first", "second"}) {
    request.set_training_job_id(id);
    v1::TrainingJob job;
    ASSERT_TRUE(stubs.Ok(stubs.training().CreateTrainingJob(stubs.NewContext(), request, &job)));
  }
  for (const std::string id : {"first", "second"}) stubs.ReadUntilEpoch(absl::StrCat("trainingJobs/", id), 1);
  EXPECT_LT(KilobytesOf(traind.pid(), "RssAnon") - before, 20'000);
  EXPECT_GT(KilobytesOf(traind.pid(), "RssFile"), kBytes / 1024) << "the jobs have not read it yet";
}

}  // namespace
}  // namespace traind
