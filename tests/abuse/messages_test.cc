// Messages over the limit, and as many as fit at once.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/abuse/abused_server.h"

namespace traind::abuse {
namespace {

class Messages : public AbusedServer {
 protected:
  // From 32 clients, so many requests with so many bytes of data each; what they are answered with.
  void Send(int requests, size_t bytes, grpc::StatusCode expected) {
    std::vector<std::thread> clients;
    for (int client = 0; client < 32; ++client) {
      clients.emplace_back([&] {
        ServiceStubs stubs(server().Connect());
        v1::CreateDatasetRequest request;
        request.set_dataset_id("big");
        request.mutable_format()->mutable_csv()->set_label_column("y");
        request.set_data(std::string(bytes, 'x'));
        for (int i = 0; i < requests; ++i) {
          v1::Dataset dataset;
          const grpc::Status status = stubs.datasets().CreateDataset(stubs.NewContext(), request, &dataset);
          EXPECT_EQ(status.error_code(), expected) << status.error_message();
        }
      });
    }
    for (std::thread& client : clients) client.join();
  }
};

TEST_F(Messages, OverTheLimit) {
  Endure("messages over the limit", 768, [&] { Send(Scaled(100), 5 << 20, grpc::StatusCode::RESOURCE_EXHAUSTED); });
  ExpectWell();
}

TEST_F(Messages, AsLargeAsMayBe) {
  Endure("messages of 4 MB of rubbish", 768, [&] { Send(Scaled(100), 4'000'000, grpc::StatusCode::INVALID_ARGUMENT); });
  ExpectWell();
}

}  // namespace
}  // namespace traind::abuse
