// Watches a job from many clients at once, each with a connection of its own, and says how many events they read.
// usage: watchers ADDRESS JOB COUNT
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "traind/v1/training_service.grpc.pb.h"

namespace traind {
namespace {

class Watcher final : public grpc::ClientReadReactor<v1::TrainingEvent> {
 public:
  Watcher(const std::string& address, const std::string& job, std::atomic<int64_t>& events,
          absl::BlockingCounter& watching)
      : events_(events), watching_(watching) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stub_ =
        v1::TrainingService::NewStub(grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
    request_.set_name(job);
    stub_->async()->WatchTrainingJob(&context_, &request_, this);
    StartRead(&event_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    ++events_;
    StartRead(&event_);
  }
  void OnDone(const grpc::Status& status) override {
    if (!status.ok()) std::fprintf(stderr, "%s\n", status.error_message().c_str());
    watching_.DecrementCount();
  }

 private:
  std::atomic<int64_t>& events_;
  absl::BlockingCounter& watching_;
  std::unique_ptr<v1::TrainingService::Stub> stub_;
  grpc::ClientContext context_;
  v1::WatchTrainingJobRequest request_;
  v1::TrainingEvent event_;
};

int Watch(const std::string& address, const std::string& job, int count) {
  std::atomic<int64_t> events = 0;
  absl::BlockingCounter watching(count);
  std::vector<std::unique_ptr<Watcher>> watchers;
  for (int i = 0; i < count; ++i) watchers.push_back(std::make_unique<Watcher>(address, job, events, watching));
  watching.Wait();
  std::printf("%lld\n", static_cast<long long>(events));
  return 0;
}

}  // namespace
}  // namespace traind

int main(int argc, char** argv) {
  const int count = argc == 4 ? std::atoi(argv[3]) : 0;
  if (count < 1) {
    std::fprintf(stderr, "usage: watchers ADDRESS JOB COUNT\n");
    return 2;
  }
  return traind::Watch(argv[1], argv[2], count);
}
