// Uploads that are announced, cut and committed wrongly. The bytes that came before a fault stay.
#include <limits>
#include <utility>

#include "tests/integration/bad_inputs/bad_input.h"

namespace traind {
namespace {

using Chunks = std::vector<v1::WriteUploadRequest>;

// Sends chunks to the upload of which a part has come, and expects that it stays as it is. `chunks` makes them for the
// name of the upload.
BadInput Write(int number, const char* name, std::function<Chunks(const std::string&)> chunks, Code code,
               std::vector<std::string> fields, std::string message, std::string reason = "") {
  return {.number = number,
          .name = name,
          .send =
              [chunks = std::move(chunks), reason = std::move(reason)](BadInputServer& server) {
                grpc::Status status = server.Write(chunks(server.upload()));
                if (!reason.empty()) {
                  const google::rpc::ErrorInfo info = RefusalOf(status).info;
                  EXPECT_EQ(info.reason(), reason);
                  EXPECT_EQ(info.metadata().at("expected_offset"), "7");
                }
                EXPECT_EQ(server.Committed(server.upload()), kSentBytes);
                return status;
              },
          .code = code,
          .fields = std::move(fields),
          .message = std::move(message)};
}

BadInput Announce(int number, const char* name, std::function<void(v1::CreateUploadRequest&)> spoil, Code code,
                  std::vector<std::string> fields, std::string message = "") {
  return {.number = number,
          .name = name,
          .send =
              [spoil = std::move(spoil)](BadInputServer& server) {
                v1::CreateUploadRequest request = UploadOf(kCsvBytes, "bad");
                spoil(request);
                return server.Create(request);
              },
          .code = code,
          .fields = std::move(fields),
          .message = std::move(message)};
}

BadInput Size(const char* name, int64_t bytes) {
  return Announce(0, name, [bytes](v1::CreateUploadRequest& r) { r.set_size_bytes(bytes); }, Code::INVALID_ARGUMENT,
                  {"size_bytes"});
}

// Sends all of an upload, which is `request` and `data`, and commits it as `commit` says; it is gone afterwards.
grpc::Status Commit(BadInputServer& server, const v1::CreateUploadRequest& request, const std::string& data,
                    const std::function<grpc::Status(const std::string&)>& commit) {
  v1::Upload upload;
  EXPECT_TRUE(ServiceStubs::Ok(server.Create(request, &upload)));
  EXPECT_TRUE(ServiceStubs::Ok(server.Write({ChunkOf(upload.name(), 0, data)})));
  grpc::Status status = commit(upload.name());
  EXPECT_EQ(server.Committed(upload.name()), static_cast<int64_t>(data.size())) << "it stays, to be mended";
  server.DeleteUpload(upload.name());
  return status;
}

BadInput CommitCsv(int number, const char* name, std::string sha256, int64_t rows, std::string field) {
  return {.number = number,
          .name = name,
          .send =
              [=](BadInputServer& server) {
                return Commit(server, UploadOf(kCsvBytes, "bad"), kCsv,
                              [&](const std::string& upload) { return server.Commit(upload, sha256, rows); });
              },
          .fields = {std::move(field)}};
}

// Chunks may be cut anywhere, also within a row; it is the whole that has to be all of its rows.
grpc::Status CommitAHalfRow(BadInputServer& server) {
  v1::CreateUploadRequest request = UploadOf(23, "bad");
  v1::Tensors& tensors = *request.mutable_format()->mutable_tensors();
  tensors.set_row_count(3);
  tensors.set_feature_count(1);
  tensors.set_class_count(2);
  // The hash of 23 zero bytes.
  return Commit(server, request, std::string(23, '\0'), [&](const std::string& upload) {
    return server.Commit(upload, "015275e61fa0d0751c1d9f45541c7804c895404455470710ade3786f282f2da0");
  });
}

// The end of a stream is no commit.
grpc::Status CommitTooEarly(BadInputServer& server) {
  grpc::Status status = server.Commit(server.upload(), kCsvSha256);
  EXPECT_EQ(RefusalOf(status).info.metadata().at("expected_offset"), "7");
  v1::GetDatasetRequest get;
  get.set_name("datasets/streamed");
  v1::Dataset dataset;
  EXPECT_EQ(server.stubs().datasets().GetDataset(server.stubs().NewContext(), get, &dataset).error_code(),
            Code::NOT_FOUND);
  EXPECT_EQ(server.Committed(server.upload()), kSentBytes);
  return status;
}

grpc::Status CommitToANameThatWasTakenMeanwhile(BadInputServer& server) {
  return Commit(server, UploadOf(kCsvBytes, "raced"), kCsv, [&](const std::string& upload) {
    v1::CreateDatasetRequest winner = DatasetOf(kCsv);
    winner.set_dataset_id("raced");
    EXPECT_TRUE(ServiceStubs::Ok(server.Create(winner)));
    grpc::Status status = server.Commit(upload, kCsvSha256);
    server.DeleteDataset("datasets/raced");
    return status;
  });
}

// The same body once more is no fault: it gets the first upload.
grpc::Status RepeatARequestIdWithAnotherBody(BadInputServer& server) {
  v1::CreateUploadRequest request = UploadOf(kCsvBytes, "streamed");
  request.set_request_id("first-upload");
  v1::Upload first;
  EXPECT_TRUE(ServiceStubs::Ok(server.Create(request, &first)));
  EXPECT_EQ(first.name(), server.upload());
  request.set_size_bytes(kCsvBytes + 1);
  return server.Create(request);
}

std::vector<BadInput> BadChunks() {
  const std::string rest = std::string(kCsv).substr(kSentBytes);
  const auto chunk = [](int64_t offset, std::string data) {
    return [=](const std::string& upload) { return Chunks{ChunkOf(upload, offset, data)}; };
  };
  const auto damaged = [=](const std::string& upload) {
    v1::WriteUploadRequest message = ChunkOf(upload, kSentBytes, rest);
    message.set_crc32c(1);
    return Chunks{message};
  };
  const Code invalid = Code::INVALID_ARGUMENT;
  return {
      Write(25, "ChunkEmpty", chunk(kSentBytes, ""), invalid, {"data"}, "0 bytes"),
      Write(25, "ChunkOverAMebibyte", chunk(kSentBytes, std::string((1 << 20) + 1, 'x')), invalid, {"data"}, "1048577"),
      Write(
          26, "StreamOfNothing", [](const std::string&) { return Chunks(); }, invalid, {"name"}, "missing"),
      Write(
          26, "StreamWithoutName", [](const std::string&) { return Chunks{ChunkOf("", kSentBytes, "x")}; }, invalid,
          {"name"}, "missing"),
      Write(30, "ChunkDamaged", damaged, invalid, {"crc32c"}, "0x00000001", "CHECKSUM_MISMATCH"),
      Write(33, "ChunkPastTheEnd", chunk(kSentBytes, rest + "x"), Code::OUT_OF_RANGE, {}, "size_bytes of 16"),
      Write(33, "OffsetPastTheEnd", chunk(kCsvBytes + 1, "x"), Code::OUT_OF_RANGE, {}, "size_bytes of 16"),
      Write(33, "OffsetBeyondAllNumbers", chunk(std::numeric_limits<int64_t>::max(), "x"), Code::OUT_OF_RANGE, {},
            "size_bytes of 16"),
      Write(35, "GapBetweenChunks", chunk(kSentBytes + 2, "x"), Code::ABORTED, {}, "end at 7", "OFFSET_MISMATCH"),
      Write(35, "ChunkSentBefore", chunk(0, std::string(kCsv, kSentBytes)), Code::ABORTED, {}, "end at 7",
            "OFFSET_MISMATCH"),
      Write(35, "OffsetNegative", chunk(-1, "x"), Code::ABORTED, {}, "end at 7", "OFFSET_MISMATCH"),
  };
}

std::vector<BadInput> BadAnnouncements() {
  using Request = v1::CreateUploadRequest;
  const Code invalid = Code::INVALID_ARGUMENT;
  return {
      Size("UploadOfNoBytes", 0),
      Size("UploadOfNegativeBytes", -1),
      Size("UploadOfTooManyBytes", std::numeric_limits<int64_t>::max()),
      Announce(6, "UploadWithoutFormat", [](Request& r) { r.Clear(); }, invalid, {"dataset_id", "format"}),
      Announce(17, "UploadToAClimbingName", [](Request& r) { r.set_dataset_id("../x"); }, invalid, {"dataset_id"}),
      Announce(17, "UploadOfATenantWithSlash", [](Request& r) { r.set_tenant("a/b"); }, invalid, {"tenant"}),
      Announce(
          45, "UploadToATakenName", [](Request& r) { r.set_dataset_id("digits"); }, Code::ALREADY_EXISTS, {},
          "datasets/digits"),
      {.number = 45,
       .name = "UploadRequestIdWithAnotherBody",
       .send = RepeatARequestIdWithAnotherBody,
       .code = Code::ALREADY_EXISTS,
       .message = "first-upload"},
  };
}

std::vector<BadInput> BadCommits() {
  return {
      {.number = 24, .name = "HalfARow", .send = CommitAHalfRow, .fields = {"data"}, .message = "23 bytes"},
      CommitCsv(24, "RowsOfAnotherNumber", kCsvSha256, 3, "row_count"),
      CommitCsv(0, "HashOfOtherBytes", std::string(64, '0'), 0, "sha256"),
      CommitCsv(0, "HashMissing", "", 0, "sha256"),
      {.number = 39,
       .name = "CommitTooEarly",
       .send = CommitTooEarly,
       .code = Code::FAILED_PRECONDITION,
       .message = "7 of the 16"},
      {.number = 45,
       .name = "CommitToATakenName",
       .send = CommitToANameThatWasTakenMeanwhile,
       .code = Code::ALREADY_EXISTS,
       .message = "datasets/raced"},
  };
}

}  // namespace

std::vector<BadInput> BadUploads() {
  std::vector<BadInput> rows = BadChunks();
  for (const auto& part : {BadAnnouncements(), BadCommits()}) rows.insert(rows.end(), part.begin(), part.end());
  return rows;
}

}  // namespace traind
