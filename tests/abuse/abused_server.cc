#include "tests/abuse/abused_server.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

ABSL_DECLARE_FLAG(bool, full);

namespace traind::abuse {
namespace {

// A line `name: 123 kB` of a file of /proc.
int64_t Figure(pid_t pid, const std::string& name) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(name + ":", 0) == 0) return std::stoll(line.substr(name.size() + 1));
  }
  return -1;
}

}  // namespace

absl::Duration Service::Percentile(double share) const {
  if (latencies.empty()) return absl::InfiniteDuration();
  std::vector<absl::Duration> sorted = latencies;
  std::ranges::sort(sorted);
  return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1))];
}

AbusedServer::AbusedServer(std::vector<std::string> flags) : server_(folder_.path(), std::move(flags)) {
  ServiceStubs stubs(server_.Connect());
  stubs.CreateDigits();
  v1::CreateTrainingJobRequest request = stubs.DigitsJob("first");
  v1::TrainingJob job;
  EXPECT_TRUE(ServiceStubs::Ok(stubs.training().CreateTrainingJob(stubs.NewContext(), request, &job)));
  EXPECT_EQ(stubs.WaitForEnd("trainingJobs/first").state(), v1::TrainingJob::SUCCEEDED);
}

int AbusedServer::Scaled(int most) { return absl::GetFlag(FLAGS_full) ? most : std::max(1, most / 10); }

int64_t AbusedServer::AnonymousMemory() const { return Figure(server_.pid(), "RssAnon") >> 10; }
int64_t AbusedServer::Threads() const { return Figure(server_.pid(), "Threads"); }

int64_t AbusedServer::Descriptors() const {
  int64_t count = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(absl::StrCat("/proc/", server_.pid(), "/fd"))) {
    ++count;
  }
  return count;
}

Service AbusedServer::Ask(const std::function<void()>& meanwhile) {
  Service seen;
  std::atomic<bool> over = false;
  const std::shared_ptr<grpc::Channel> channel = server_.Connect();
  std::thread client([&] {
    while (!over) {
      ServiceStubs stubs(channel);
      const auto call = [&](const char* name, const std::function<grpc::Status()>& send) {
        const absl::Time start = absl::Now();
        const grpc::Status status = send();
        seen.latencies.push_back(absl::Now() - start);
        if (!status.ok()) seen.failures.push_back(absl::StrCat(name, ": ", status.error_message()));
      };
      v1::GetDatasetRequest get;
      get.set_name("datasets/digits");
      v1::Dataset dataset;
      call("GetDataset", [&] { return stubs.datasets().GetDataset(stubs.NewContext(), get, &dataset); });
      v1::GetTrainingJobRequest get_job;
      get_job.set_name("trainingJobs/first");
      v1::TrainingJob job;
      call("GetTrainingJob", [&] { return stubs.training().GetTrainingJob(stubs.NewContext(), get_job, &job); });
      v1::ListTrainingJobsRequest list;
      list.set_page_size(10);
      v1::ListTrainingJobsResponse jobs;
      call("ListTrainingJobs", [&] { return stubs.training().ListTrainingJobs(stubs.NewContext(), list, &jobs); });
      v1::CreateDatasetRequest create;
      create.set_dataset_id("rows");
      create.mutable_format()->mutable_csv()->set_label_column("y");
      create.set_data("x,y\n1,0\n2,1\n");
      call("CreateDataset", [&] { return stubs.datasets().CreateDataset(stubs.NewContext(), create, &dataset); });
      v1::DeleteDatasetRequest remove;
      remove.set_name("datasets/rows");
      google::protobuf::Empty empty;
      call("DeleteDataset", [&] { return stubs.datasets().DeleteDataset(stubs.NewContext(), remove, &empty); });
    }
  });
  meanwhile();
  over = true;
  client.join();
  return seen;
}

void AbusedServer::Endure(const std::string& name, [[maybe_unused]] int64_t memory_mb,
                          const std::function<void()>& abuse) {
  const Service before = Ask([] { absl::SleepFor(absl::Seconds(1)); });
  descriptors_ = Descriptors();
  threads_ = Threads();
  const int64_t memory = AnonymousMemory();
  std::atomic<int64_t> most = memory;
  std::atomic<bool> over = false;
  std::thread meter([&] {
    while (!over) {
      most = std::max<int64_t>(most, AnonymousMemory());
      absl::SleepFor(absl::Milliseconds(20));
    }
  });
  const Service during = Ask(abuse);
  over = true;
  meter.join();
  const auto ms = [](absl::Duration duration) { return absl::ToDoubleMilliseconds(duration); };
  std::printf("%-28s %6zu calls, p50 %6.2f ms, p99 %7.2f ms (idle %6.2f, %6.2f), memory +%ld MiB\n", name.c_str(),
              during.latencies.size(), ms(during.Percentile(0.5)), ms(during.Percentile(0.99)),
              ms(before.Percentile(0.5)), ms(before.Percentile(0.99)), static_cast<long>(most - memory));
  std::fflush(stdout);
  EXPECT_TRUE(before.failures.empty()) << before.failures.front();
  EXPECT_TRUE(during.failures.empty()) << during.failures.size()
                                       << " calls failed; the first: " << during.failures.front();
  EXPECT_GT(during.latencies.size(), 0u);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which take memory of their own
  EXPECT_LE(most - memory, memory_mb);
#endif
}

void AbusedServer::ExpectWell() {
  ServiceStubs stubs(server_.Connect());
  v1::CreateTrainingJobRequest request = stubs.DigitsJob("last");
  v1::TrainingJob job;
  grpc::Status created;
  // The server may take a moment to see that the others have gone.
  for (int i = 0; i < 50; ++i) {
    created = stubs.training().CreateTrainingJob(stubs.NewContext(), request, &job);
    if (created.error_code() != grpc::StatusCode::UNAVAILABLE) break;
    absl::SleepFor(absl::Milliseconds(200));
  }
  ASSERT_TRUE(ServiceStubs::Ok(created));
  EXPECT_EQ(stubs.WaitForEnd("trainingJobs/last").state(), v1::TrainingJob::SUCCEEDED);
  EXPECT_FALSE(server_.HttpGet("/metrics").empty());
  // What closes, closes in its own time; some of gRPC's threads come and go with the load.
  constexpr int64_t kMoreDescriptors = 8;
  for (int i = 0; i < 300 && Descriptors() > descriptors_ + kMoreDescriptors; ++i)
    absl::SleepFor(absl::Milliseconds(100));
  EXPECT_LE(Descriptors(), descriptors_ + kMoreDescriptors);
  EXPECT_LE(Threads(), threads_ + 16);
  EXPECT_EQ(server_.Terminate(), 0);
}

}  // namespace traind::abuse
