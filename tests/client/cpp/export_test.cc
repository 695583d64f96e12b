#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/cpp/client.h"
#include "client/cpp/sha256.h"
#include "tests/client/loopback_server.h"

namespace traind::client {
namespace {

using ::testing::HasSubstr;

// Sends `pieces`, announced as `size` bytes with `sha256`.
class Exporter final : public v1::ModelService::Service {
 public:
  grpc::Status ExportModel(grpc::ServerContext* /*context*/, const v1::ExportModelRequest* /*request*/,
                           grpc::ServerWriter<v1::ExportModelResponse>* writer) override {
    for (size_t i = 0; i < pieces.size(); ++i) {
      v1::ExportModelResponse response;
      response.set_data(pieces[i]);
      if (i == 0) {
        response.set_size_bytes(size);
        response.set_sha256(sha256);
      }
      if (!writer->Write(response)) return grpc::Status::CANCELLED;
      ++written;
    }
    return end;
  }

  std::vector<std::string> pieces;
  int64_t size = 0;
  std::string sha256;
  grpc::Status end;
  std::atomic<int> written = 0;
};

class ExportTest : public ::testing::Test {
 protected:
  ExportTest() {
    exporter_.pieces = {"whole ", "file"};
    exporter_.size = 10;
    exporter_.sha256 = Sha256Of("whole file");
  }
  static std::string Sha256Of(const std::string& bytes) {
    Sha256 hash;
    hash.Add(bytes);
    return hash.Hex();
  }
  absl::Status Export() {
    v1::ExportModelRequest request;
    request.set_name("models/m");
    return client_.ExportModel(request, [this](absl::string_view bytes) {
      absl::StrAppend(&got_, bytes);
      return sink_;
    });
  }

  Exporter exporter_;
  const LoopbackServer server_{{&exporter_}};
  const Client client_ = Client::Connect(server_.address());
  std::string got_;
  absl::Status sink_;
};

TEST_F(ExportTest, HandsOnWhatComes) {
  ASSERT_TRUE(Export().ok());
  EXPECT_EQ(got_, "whole file");
}

TEST_F(ExportTest, AStreamThatEndsEarlyIsDataLoss) {
  exporter_.pieces.pop_back();
  EXPECT_TRUE(absl::IsDataLoss(Export()));
}

TEST_F(ExportTest, OtherBytesAreDataLoss) {
  exporter_.pieces[1] = "fill";
  const absl::Status status = Export();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("models/m"));
}

TEST_F(ExportTest, TheServersErrorIsPassedOn) {
  exporter_.pieces.clear();
  exporter_.end = grpc::Status(grpc::StatusCode::NOT_FOUND, "no such model");
  EXPECT_TRUE(absl::IsNotFound(Export()));
}

TEST_F(ExportTest, TheSinksErrorEndsIt) {
  exporter_.pieces = std::vector<std::string>(1'000, std::string(1 << 20, 'x'));
  sink_ = absl::ResourceExhaustedError("no room");
  EXPECT_EQ(Export(), sink_);
  EXPECT_EQ(got_.size(), size_t{1} << 20);
  EXPECT_LT(exporter_.written, 1'000);
}

}  // namespace
}  // namespace traind::client
