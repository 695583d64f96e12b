// Many who watch, one who never reads, and uploads that drip.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "client/cpp/client.h"
#include "tests/abuse/abused_server.h"

namespace traind::abuse {
namespace {

// Watches a job to its end, or never reads.
class Watcher : public grpc::ClientReadReactor<v1::TrainingEvent> {
 public:
  enum class Reads { kAll, kNothing };

  Watcher(v1::TrainingService::Stub& stub, const std::string& job, Reads reads) {
    request_.set_name(job);
    stub.async()->WatchTrainingJob(&context_, &request_, this);
    if (reads == Reads::kAll) StartRead(&event_);
    // gRPC ends a call only once somebody reads.
    if (reads == Reads::kNothing) AddHold();
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (!event_.has_heartbeat() && event_.sequence() != ++sequence_) in_order_ = false;
    StartRead(&event_);
  }
  void OnDone(const grpc::Status& status) override {
    status_ = status;
    done_.Notify();
  }

  void GiveUp() {
    context_.TryCancel();
    RemoveHold();
    done_.WaitForNotification();
  }
  // Waits for the end; the number of events, 0 if one was missing, came twice, or the stream failed.
  int64_t Events() {
    done_.WaitForNotification();
    return status_.ok() && in_order_ ? sequence_ : 0;
  }

 private:
  grpc::ClientContext context_;
  v1::WatchTrainingJobRequest request_;
  v1::TrainingEvent event_;
  int64_t sequence_ = 0;
  bool in_order_ = true;
  grpc::Status status_;
  absl::Notification done_;
};

class Streams : public AbusedServer {
 protected:
  // A job that goes on for some seconds, or for ever.
  void StartJob(const std::string& id, int epochs) {
    ServiceStubs stubs(server().Connect());
    v1::CreateTrainingJobRequest request = stubs.DigitsJob(id);
    request.mutable_training_job()->mutable_spec()->set_epochs(epochs);
    v1::TrainingJob job;
    ASSERT_TRUE(ServiceStubs::Ok(stubs.training().CreateTrainingJob(stubs.NewContext(), request, &job)));
  }
};

TEST_F(Streams, AThousandWatchers) {
  const int count = Scaled(1'000);
  Endure(absl::StrCat(count, " watchers"), 256, [&] {
    StartJob("watched", 100);
    std::vector<std::unique_ptr<v1::TrainingService::Stub>> stubs;
    for (int i = 0; i < 10; ++i) stubs.push_back(v1::TrainingService::NewStub(server().Connect()));
    std::vector<std::unique_ptr<Watcher>> watchers;
    for (int i = 0; i < count; ++i) {
      watchers.push_back(
          std::make_unique<Watcher>(*stubs[static_cast<size_t>(i % 10)], "trainingJobs/watched", Watcher::Reads::kAll));
    }
    const int64_t events = watchers[0]->Events();
    EXPECT_GT(events, 100);
    for (const std::unique_ptr<Watcher>& watcher : watchers) EXPECT_EQ(watcher->Events(), events);
  });
  ExpectWell();
}

TEST_F(Streams, AWatcherThatNeverReads) {
  Endure("watchers that never read", 64, [&] {
    StartJob("unread", 100'000);
    const auto stub = v1::TrainingService::NewStub(server().Connect());
    std::vector<std::unique_ptr<Watcher>> watchers;
    for (int i = 0; i < 20; ++i) {
      watchers.push_back(std::make_unique<Watcher>(*stub, "trainingJobs/unread", Watcher::Reads::kNothing));
    }
    absl::SleepFor(absl::Seconds(Scaled(200) / 10));
    for (const std::unique_ptr<Watcher>& watcher : watchers) watcher->GiveUp();
    ServiceStubs stubs(server().Connect());
    v1::CancelTrainingJobRequest cancel;
    cancel.set_name("trainingJobs/unread");
    v1::TrainingJob job;
    EXPECT_TRUE(ServiceStubs::Ok(stubs.training().CancelTrainingJob(stubs.NewContext(), cancel, &job)));
  });
  ExpectWell();
}

TEST_F(Streams, UploadsThatDrip) {
  Endure("50 uploads, a byte a second", 64, [&] {
    std::vector<std::thread> clients;
    for (int i = 0; i < 50; ++i) {
      clients.emplace_back([&, i] {
        ServiceStubs stubs(server().Connect());
        const std::string data = "x,y\n1,0\n2,1\n3,0\n4,1\n5,0\n6,1\n";
        v1::CreateUploadRequest create;
        create.set_dataset_id(absl::StrCat("drip-", i));
        create.mutable_format()->mutable_csv()->set_label_column("y");
        create.set_size_bytes(static_cast<int64_t>(data.size()));
        v1::Upload upload;
        ASSERT_TRUE(ServiceStubs::Ok(stubs.datasets().CreateUpload(stubs.NewContext(), create, &upload)));
        auto writer = stubs.datasets().WriteUpload(stubs.NewContext(), &upload);
        v1::WriteUploadRequest chunk;
        chunk.set_name(upload.name());
        const int seconds = Scaled(200) / 10;
        for (int second = 0; second < seconds; ++second) {
          chunk.set_offset(second);
          chunk.set_data(data.substr(static_cast<size_t>(second), 1));
          EXPECT_TRUE(writer->Write(chunk));
          absl::SleepFor(absl::Seconds(1));
        }
        writer->WritesDone();
        EXPECT_TRUE(ServiceStubs::Ok(writer->Finish()));
        EXPECT_EQ(upload.committed_bytes(), seconds);
        v1::DeleteUploadRequest remove;
        remove.set_name(upload.name());
        google::protobuf::Empty empty;
        EXPECT_TRUE(ServiceStubs::Ok(stubs.datasets().DeleteUpload(stubs.NewContext(), remove, &empty)));
      });
    }
    for (std::thread& client : clients) client.join();
  });
  ExpectWell();
}

// As many as there may be at once, each with just enough life to be no dead connection.
class AllStreamsDrip : public AbusedServer {
 protected:
  AllStreamsDrip() : AbusedServer({"--max_upload_streams=20", "--upload_patience=3s"}) {}

  // Sends a byte at a time until the server has enough of it; the reason it gives.
  std::string DripUntilRefused(const std::string& dataset) {
    ServiceStubs stubs(server().Connect());
    v1::CreateUploadRequest create;
    create.set_dataset_id(dataset);
    create.mutable_format()->mutable_csv()->set_label_column("y");
    create.set_size_bytes(1 << 20);
    v1::Upload upload;
    if (!ServiceStubs::Ok(stubs.datasets().CreateUpload(stubs.NewContext(), create, &upload))) return "";
    auto writer = stubs.datasets().WriteUpload(stubs.NewContext(), &upload);
    v1::WriteUploadRequest chunk;
    chunk.set_name(upload.name());
    chunk.set_data("x");
    while (writer->Write(chunk)) {
      chunk.set_offset(chunk.offset() + 1);
      absl::SleepFor(absl::Milliseconds(100));
    }
    const Refusal refusal = RefusalOf(writer->Finish());
    v1::DeleteUploadRequest remove;
    remove.set_name(upload.name());
    google::protobuf::Empty empty;
    EXPECT_TRUE(ServiceStubs::Ok(stubs.datasets().DeleteUpload(stubs.NewContext(), remove, &empty)));
    return refusal.info.reason();
  }
};

TEST_F(AllStreamsDrip, AndAnUploadComesThroughNevertheless) {
  Endure("20 uploads of 20, ten bytes a second", 64, [&] {
    std::vector<std::thread> clients;
    std::vector<std::string> reasons(20);
    for (size_t i = 0; i < reasons.size(); ++i) {
      clients.emplace_back([&, i] { reasons[i] = DripUntilRefused(absl::StrCat("drip-", i)); });
    }
    absl::SleepFor(absl::Seconds(1));
    const std::string table(2 << 20, '\n');
    v1::CreateUploadRequest request;
    request.set_dataset_id("bystander");
    request.mutable_format()->mutable_csv()->set_label_column("y");
    const std::string data = "x,y\n1,0\n2,1\n3,0\n4,1\n" + table;
    request.set_size_bytes(static_cast<int64_t>(data.size()));
    const auto dataset =
        client::Client(server().Connect())
            .UploadDataset(request, [&](int64_t offset, absl::Span<char> span) -> absl::StatusOr<size_t> {
              return data.copy(span.data(), span.size(), static_cast<size_t>(offset));
            });
    EXPECT_TRUE(dataset.ok()) << dataset.status();
    for (std::thread& client : clients) client.join();
    for (const std::string& reason : reasons) EXPECT_EQ(reason, "UPLOAD_STALLED");
  });
  ExpectWell();
}

}  // namespace
}  // namespace traind::abuse
