// Streams of uploads that meet others, stop, or go away.
#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "tests/integration/bad_inputs/bad_input.h"

namespace traind {
namespace {

// A stream to an upload that has brought its first four bytes.
class OpenStream {
 public:
  OpenStream(BadInputServer& server, const std::string& upload)
      : context_(server.stubs().NewContext()),
        writer_(server.stubs().datasets().WriteUpload(context_, &answer_)),
        upload_(upload) {
    EXPECT_TRUE(Write(server.Committed(upload), 4));
    // Until it has arrived, which nobody says.
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }

  bool Write(int64_t offset, int64_t bytes) {
    return writer_->Write(ChunkOf(upload_, offset, std::string(kCsv).substr(offset, bytes)));
  }
  void Cancel() { context_->TryCancel(); }
  grpc::Status Finish() { return writer_->Finish(); }
  grpc::Status EndAndFinish() {
    writer_->WritesDone();
    return writer_->Finish();
  }

 private:
  v1::Upload answer_;
  grpc::ClientContext* const context_;
  const std::unique_ptr<grpc::ClientWriter<v1::WriteUploadRequest>> writer_;
  const std::string upload_;
};

grpc::Status WriteBesideAnother(BadInputServer& server) {
  const std::string upload = server.Announce("contested");
  OpenStream first(server, upload);
  grpc::Status second = server.Write({ChunkOf(upload, 4, "x")});
  EXPECT_EQ(RefusalOf(second).info.reason(), "UPLOAD_BUSY");
  EXPECT_TRUE(first.Write(4, kCsvBytes - 4));
  EXPECT_TRUE(ServiceStubs::Ok(first.EndAndFinish()));
  server.ExpectCommitted(upload, kCsvBytes);
  server.DeleteUpload(upload);
  return second;
}

grpc::Status ChangeTheNameInAStream(BadInputServer& server) {
  const std::string upload = server.Announce("first");
  grpc::Status status = server.Write({ChunkOf(upload, 0, "x,"), ChunkOf(server.upload(), kSentBytes, "x")});
  EXPECT_EQ(server.Committed(server.upload()), kSentBytes);
  server.ExpectCommitted(upload, 2);
  server.DeleteUpload(upload);
  return status;
}

grpc::Status GoAway(BadInputServer& server) {
  const std::string upload = server.Announce("cancelled");
  OpenStream stream(server, upload);
  stream.Cancel();
  grpc::Status status = stream.Finish();
  server.ExpectCommitted(upload, 4);
  server.DeleteUpload(upload);
  return status;
}

grpc::Status FallSilent(BadInputServer& server) {
  OpenStream stream(server, server.upload());
  grpc::Status status = stream.Finish();
  EXPECT_EQ(RefusalOf(status).info.reason(), "UPLOAD_STALLED");
  EXPECT_EQ(server.Committed(server.upload()), kSentBytes + 4);
  return status;
}

grpc::Status OpenOneStreamTooMany(BadInputServer& server) {
  const std::string upload = server.Announce("second");
  OpenStream first(server, server.upload());
  grpc::Status status = server.Write({ChunkOf(upload, 0, "x")});
  EXPECT_EQ(RefusalOf(status).info.reason(), "TOO_MANY_UPLOADS");
  EXPECT_GT(RefusalOf(status).retry.retry_delay().seconds(), 0);
  EXPECT_TRUE(ServiceStubs::Ok(first.EndAndFinish()));
  // There is room again.
  EXPECT_TRUE(ServiceStubs::Ok(server.Write({ChunkOf(upload, 0, "x")})));
  server.DeleteUpload(upload);
  return status;
}

void WaitUntilItExpires(BadInputServer& server) { server.ExpectCommitted(server.upload(), -1); }

}  // namespace

std::vector<BadInput> BadStreams() {
  return {
      {.number = 26,
       .name = "StreamOfTwoNames",
       .send = ChangeTheNameInAStream,
       .fields = {"name"},
       .message = "uploads/"},
      {.number = 36,
       .name = "SecondWriter",
       .send = WriteBesideAnother,
       .code = Code::ABORTED,
       .message = "another call is at work"},
      {.number = 46,
       .name = "ExpiredUpload",
       .send = [](BadInputServer& server) { return server.Write({ChunkOf(server.upload(), kSentBytes, "x")}); },
       .code = Code::NOT_FOUND,
       .message = "uploads/",
       .flags = {"--upload_ttl=1s"},
       .prepare = WaitUntilItExpires},
      {.number = 51,
       .name = "OneStreamTooMany",
       .send = OpenOneStreamTooMany,
       .code = Code::RESOURCE_EXHAUSTED,
       .message = "under way",
       .flags = {"--max_upload_streams=1"}},
      {.number = 52, .name = "CancelledUpload", .send = GoAway, .code = Code::CANCELLED, .by_grpc = true},
      {.number = 53,
       .name = "StalledUpload",
       .send = FallSilent,
       .code = Code::DEADLINE_EXCEEDED,
       .message = "less than 65536 bytes came in 1s",
       .flags = {"--upload_patience=1s"}},
  };
}

}  // namespace traind
