// How fast datasets come in: a real traind over loopback, against gRPC and the disk by themselves, in turns.
//
// Every repetition takes each of them once; compare the medians over the repetitions, or that of `ratio`. TMPDIR names
// the disk.
#include <benchmark/benchmark.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "client/cpp/client.h"
#include "server/storage/file_system.h"
#include "tests/benchmarks/bare_upload.h"
#include "tests/integration/traind_process.h"

ABSL_FLAG(int64_t, megabytes, 1000, "size of the features as tensors; as CSV about a tenth is sent");

namespace traind {
namespace {

constexpr int64_t kFeatures = 250;
constexpr int64_t kClasses = 10;
constexpr size_t kPieceBytes = 1 << 20;

const BareUploadServer* bare_server = nullptr;

template <typename T>
void Check(const T& result) {
  if (result.ok()) return;
  if constexpr (std::is_same_v<T, absl::Status>) {
    std::fprintf(stderr, "%s\n", result.ToString().c_str());
  } else {
    std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
  }
  std::exit(1);
}

double Seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// User and system time of this process.
double OwnCpuSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](timeval time) { return static_cast<double>(time.tv_sec) + 1e-6 * time.tv_usec; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double CpuSeconds(pid_t pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/stat"));
  std::string text;
  std::getline(file, text);
  int64_t user = 0;
  int64_t system = 0;
  // The name in parentheses may hold spaces.
  std::sscanf(text.c_str() + text.rfind(')') + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user,
              &system);
  return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

int64_t TensorRows() { return absl::GetFlag(FLAGS_megabytes) * 1'000'000 / (kFeatures * 4); }
int64_t CsvRows() { return TensorRows() / 20; }

// float32 features and a class index a row.
const std::string& Tensors() {
  static const std::string* const kBytes = [] {
    const int64_t rows = TensorRows();
    auto* bytes = new std::string(rows * (kFeatures + 1) * 4, '\0');
    std::minstd_rand random(7);
    std::normal_distribution<float> normal;
    std::vector<float> some(1 << 20);
    for (float& value : some) value = normal(random);
    // Cheaper than so many draws; no two pieces are alike.
    const size_t feature_bytes = rows * kFeatures * 4;
    for (size_t at = 0; at < feature_bytes; at += some.size() * 4) {
      some[at / 4 % some.size()] = normal(random);
      std::memcpy(bytes->data() + at, some.data(), std::min(some.size() * 4, feature_bytes - at));
    }
    for (int64_t row = 0; row < rows; ++row) {
      const auto label = static_cast<int32_t>(row % kClasses);
      std::memcpy(bytes->data() + feature_bytes + row * 4, &label, 4);
    }
    return bytes;
  }();
  return *kBytes;
}

const std::string& Csv() {
  static const std::string* const kText = [] {
    auto* text = new std::string;
    for (int64_t i = 0; i < kFeatures; ++i) absl::StrAppend(text, "feature", i, ",");
    absl::StrAppend(text, "label\n");
    std::minstd_rand random(7);
    std::normal_distribution<float> normal;
    for (int64_t row = 0; row < CsvRows(); ++row) {
      for (int64_t i = 0; i < kFeatures; ++i) absl::StrAppend(text, normal(random), ",");
      absl::StrAppend(text, row % kClasses, "\n");
    }
    return text;
  }();
  return *kText;
}

v1::CreateUploadRequest TensorsBegin() {
  v1::CreateUploadRequest begin;
  begin.mutable_format()->mutable_tensors()->set_row_count(TensorRows());
  begin.mutable_format()->mutable_tensors()->set_feature_count(kFeatures);
  begin.mutable_format()->mutable_tensors()->set_class_count(kClasses);
  return begin;
}

v1::CreateUploadRequest CsvBegin() {
  v1::CreateUploadRequest begin;
  begin.mutable_format()->mutable_csv()->set_label_column("label");
  return begin;
}

// Connects, uploads and has it committed.
void Upload(const std::string& address, v1::CreateUploadRequest begin, const std::string& bytes) {
  const client::Client client = client::Client::Connect(address);
  begin.set_dataset_id("benchmark");
  begin.set_size_bytes(static_cast<int64_t>(bytes.size()));
  Check(client.UploadDataset(begin, [&](int64_t offset, absl::Span<char> span) -> absl::StatusOr<size_t> {
    return bytes.copy(span.data(), span.size(), static_cast<size_t>(offset));
  }));
}

// What the disk takes to hold the bytes safely.
void WriteAndSync(const std::string& folder, std::string_view bytes) {
  const std::string path = absl::StrCat(folder, "/bare");
  auto file = PosixFileSystem().Create(path);
  Check(file);
  for (size_t at = 0; at < bytes.size(); at += kPieceBytes) Check((*file)->Append(bytes.substr(at, kPieceBytes)));
  Check((*file)->Sync());
  Check((*file)->Close());
  Check(PosixFileSystem().Remove(path));
}

// `parent` is where the data folder lies.
void BM_Upload(benchmark::State& state, const std::string& parent, const v1::CreateUploadRequest& begin,
               const std::string& (*contents)()) {
  const std::string& bytes = contents();
  const auto size = static_cast<double>(bytes.size());
  const TemporaryFolder folder(parent);
  TraindProcess server(absl::StrCat(folder.path(), "/data"));
  for (auto _ : state) {
    // Unmeasured: in a virtual machine the first use of memory, the page cache's too, costs more than all the rest.
    WriteAndSync(folder.path(), bytes);
    sync();
    const double stream_seconds = Seconds([&] { SendBare(bare_server->address(), bytes); });
    const double disk_seconds = Seconds([&] { WriteAndSync(folder.path(), bytes); });
    sync();
    const double client_before = OwnCpuSeconds();
    const double server_before = CpuSeconds(server.pid());
    const double seconds = Seconds([&] { Upload(server.grpc_address(), begin, bytes); });
    state.SetIterationTime(seconds);
    state.counters["client_cpu_s"] = OwnCpuSeconds() - client_before;
    state.counters["server_cpu_s"] = CpuSeconds(server.pid()) - server_before;
    state.counters["MB/s"] = size / 1e6 / seconds;
    state.counters["stream_MB/s"] = size / 1e6 / stream_seconds;
    state.counters["disk_MB/s"] = size / 1e6 / disk_seconds;
    state.counters["ratio"] = stream_seconds / seconds;
    Check(client::Client::Connect(server.grpc_address()).DeleteDataset("datasets/benchmark"));
  }
  server.Terminate();
}

}  // namespace
}  // namespace traind

int main(int argc, char** argv) {
  const traind::BareUploadServer bare;
  traind::bare_server = &bare;
  testing::InitGoogleTest(&argc, argv);
  benchmark::Initialize(&argc, argv);
  absl::ParseCommandLine(argc, argv);
  const auto add = [](const char* name, const char* parent, const auto& begin, const std::string& (*contents)()) {
    benchmark::RegisterBenchmark(name,
                                 [=](benchmark::State& state) { traind::BM_Upload(state, parent, begin, contents); })
        ->Iterations(1)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  };
  add("Upload/tensors/disk", "", traind::TensorsBegin(), traind::Tensors);
  add("Upload/tensors/tmpfs", "/dev/shm", traind::TensorsBegin(), traind::Tensors);
  add("Upload/csv/disk", "", traind::CsvBegin(), traind::Csv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
