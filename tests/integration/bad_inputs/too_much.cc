// What would be right if there were not too much of it.
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/integration/bad_inputs/bad_input.h"

namespace traind {
namespace {

constexpr int64_t kMebibyte = 1 << 20;

grpc::Status WithRetry(grpc::Status status, const char* reason) {
  const Refusal refusal = RefusalOf(status);
  EXPECT_EQ(refusal.info.reason(), reason);
  EXPECT_GT(refusal.retry.retry_delay().seconds(), 0);
  return status;
}

grpc::Status SendALargeDataset(BadInputServer& server) { return server.Create(Zeros(5 * kMebibyte)); }

grpc::Status SendALargeChunk(BadInputServer& server) {
  grpc::Status status = server.Write({ChunkOf(server.upload(), kSentBytes, std::string(5 * kMebibyte, 'x'))});
  EXPECT_EQ(server.Committed(server.upload()), kSentBytes);
  return status;
}

grpc::Status AskForMoreThanTheServerAllows(BadInputServer& server) {
  v1::CreateTrainingJobRequest request = server.stubs().DigitsJob("bad");
  v1::TrainingSpec& spec = *request.mutable_training_job()->mutable_spec();
  spec.set_epochs(60'000);
  LayerOf(spec, 0)->mutable_dense()->set_units(256);
  *spec.mutable_model()->add_layers() = *LayerOf(spec, 7);
  LayerOf(spec, 7)->mutable_dropout()->set_rate(0.1);
  return server.Submit(std::move(request));
}

// One runs, one waits, and there is one that was paused.
void FillTheQueue(BadInputServer& server) {
  server.StartLongJob("running");
  EXPECT_TRUE(ServiceStubs::Ok(server.Create(server.stubs().DigitsJob("waiting"))));
}

grpc::Status AskOfAFullQueue(BadInputServer& server) {
  return WithRetry(server.Submit(server.stubs().DigitsJob("bad")), "QUEUE_FULL");
}

grpc::Status StoreMoreThanATenantMay(BadInputServer& server) {
  v1::CreateDatasetRequest request = Zeros(800'000);
  grpc::Status status = WithRetry(server.Create(request), "TENANT_QUOTA");
  request.set_tenant("another");
  EXPECT_TRUE(ServiceStubs::Ok(server.Create(request))) << "one tenant's are not another's";
  server.DeleteDataset("datasets/bad");
  return status;
}

grpc::Status AnnounceMoreThanATenantMay(BadInputServer& server) {
  return WithRetry(server.Create(UploadOf(kMebibyte, "bad")), "TENANT_QUOTA");
}

grpc::Status AnnounceOneUploadTooMany(BadInputServer& server) {
  return WithRetry(server.Create(UploadOf(kCsvBytes, "bad")), "TOO_MANY_UPLOADS");
}

BadInput Exhausted(int number, const char* name, std::function<grpc::Status(BadInputServer&)> send, std::string message,
                   std::vector<std::string> flags) {
  return {.number = number,
          .name = name,
          .send = std::move(send),
          .code = Code::RESOURCE_EXHAUSTED,
          .message = std::move(message),
          .flags = std::move(flags)};
}

BadInput TooLarge(const char* name, std::function<grpc::Status(BadInputServer&)> send, std::string most,
                  std::vector<std::string> flags) {
  BadInput row = Exhausted(47, name, std::move(send), std::move(most), std::move(flags));
  row.by_grpc = true;
  return row;
}

}  // namespace

std::vector<BadInput> TooMuch() {
  const std::vector<std::string> quota = {"--max_tenant_bytes=1000000"};
  std::vector<BadInput> rows = {
      {.number = 12,
       .name = "MoreThanTheServerAllows",
       .send = AskForMoreThanTheServerAllows,
       .fields = {"spec.epochs", "spec.model.layers"},
       .message = "--max_parameters",
       .flags = {"--max_layers=8", "--max_parameters=20000", "--max_epochs=50000"}},
      TooLarge("DatasetTooLargeForAMessage", SendALargeDataset, "4194304", {}),
      TooLarge("ChunkTooLargeForAMessage", SendALargeChunk, "4194304", {}),
      TooLarge("DatasetTooLargeForASmallerMessage", SendALargeDataset, "3000000", {"--max_message_bytes=3000000"}),
      Exhausted(50, "QueueFull", AskOfAFullQueue, "queue", {"--cores=1", "--max_queued_jobs=2"}),
      Exhausted(50, "DatasetOverTheTenantsQuota", StoreMoreThanATenantMay, "tenant default", quota),
      Exhausted(50, "UploadOverTheTenantsQuota", AnnounceMoreThanATenantMay, "tenant default", quota),
      Exhausted(50, "OneUploadTooMany", AnnounceOneUploadTooMany, "uploads are open", {"--max_uploads=1"}),
  };
  for (BadInput& row : rows) {
    if (row.name == "QueueFull") row.prepare = FillTheQueue;
  }
  return rows;
}

}  // namespace traind
