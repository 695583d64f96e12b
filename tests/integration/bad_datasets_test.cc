// Every way to bring data that cannot be used: each refused with its code, and nothing of it stored.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <functional>
#include <limits>

#include "absl/strings/str_cat.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

using ::testing::HasSubstr;

using Code = grpc::StatusCode;

std::string Bytes(const std::vector<float>& features, const std::vector<int32_t>& labels) {
  std::string bytes(4 * (features.size() + labels.size()), '\0');
  std::memcpy(bytes.data(), features.data(), 4 * features.size());
  std::memcpy(bytes.data() + 4 * features.size(), labels.data(), 4 * labels.size());
  return bytes;
}

struct BadDataset {
  const char* name;
  std::function<void(v1::CreateDatasetRequest&)> spoil;
  std::string message;  // what the refusal says, in part
  Code code = Code::INVALID_ARGUMENT;
};

BadDataset Csv(const char* name, std::string data, std::string message) {
  return {name, [data](v1::CreateDatasetRequest& request) { request.set_data(data); }, message};
}

BadDataset Tensors(const char* name, std::function<void(v1::Tensors&)> spoil, std::string data, std::string message) {
  return {name,
          [=](v1::CreateDatasetRequest& request) {
            v1::Tensors& tensors = *request.mutable_format()->mutable_tensors();
            tensors.set_row_count(3);
            tensors.set_feature_count(2);
            tensors.set_class_count(2);
            spoil(tensors);
            request.set_data(data);
          },
          message};
}

std::string TextInRow10001() {
  std::string csv = "x,label\n";
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&csv, i, ",", i % 2, "\n");
  return csv + "abc,1\n";
}

std::vector<BadDataset> Table() {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::string good = Bytes({1, 2, 3, 4, 5, 6}, {0, 1, 0});
  return {
      Csv("Empty", "", ""),
      Csv("HeaderOnly", "x,label\n", "row"),
      Csv("NoFeatures", "label\n1\n0\n", ""),
      Csv("NoLabelColumn", "x,y\n1,0\n2,1\n", "label"),
      Csv("RaggedRow", "x,y,label\n1,2,0\n1,0\n", "2"),
      Csv("UnterminatedQuote", "x,label\n\"1,0\n", "quote"),
      Csv("Nul", std::string("x,label\n1\0,0\n2,1\n", 17), "NUL"),
      Csv("ColumnNamedTwice", "x,x,label\n1,2,0\n1,2,1\n", "x"),
      Csv("ColumnWithoutName", "x,,label\n1,2,0\n1,2,1\n", ""),
      Csv("TextInRow10001", TextInRow10001(), "10001"),
      Csv("NothingButMissingValues", "x,label\n,0\nnan,1\n", "x"),
      Csv("Infinity", "x,label\n1,0\ninf,1\n", "x"),
      Csv("TooLargeForFloat32", "x,label\n1,0\n1e39,1\n", "1e39"),
      Csv("FractionalLabel", "x,label\n1,0\n2,0.5\n", "0.5"),
      Csv("OneClass", "x,label\n1,7\n2,7\n", "class"),
      Csv("MissingLabel", "x,label\n1,0\n2,\n3,1\n", "label"),
      Csv("NaNLabel", "x,label\n1,0\n2,nan\n3,1\n", "label"),
      Tensors(
          "NaNInTensor", [](v1::Tensors&) {}, Bytes({1, 2, 3, nan, 5, 6}, {0, 1, 0}), ""),
      Tensors(
          "LabelOverTheClasses", [](v1::Tensors&) {}, Bytes({1, 2, 3, 4, 5, 6}, {0, 2, 0}), "2"),
      Tensors(
          "LabelNegative", [](v1::Tensors&) {}, Bytes({1, 2, 3, 4, 5, 6}, {0, -1, 0}), "-1"),
      Tensors(
          "FewerLabelsThanRows", [](v1::Tensors&) {}, Bytes({1, 2, 3, 4, 5, 6}, {0, 1}), ""),
      Tensors(
          "TooManyBytes", [](v1::Tensors&) {}, good + "1234", ""),
      Tensors(
          "ZeroRows", [](v1::Tensors& t) { t.set_row_count(0); }, good, "row_count"),
      Tensors(
          "NegativeRows", [](v1::Tensors& t) { t.set_row_count(-1); }, good, "row_count"),
      Tensors(
          "ZeroFeatures", [](v1::Tensors& t) { t.set_feature_count(0); }, good, "feature_count"),
      Tensors(
          "RowsTimesColumnsOverflow",
          [](v1::Tensors& t) {
            t.set_row_count(int64_t{1} << 62);
            t.set_feature_count(int64_t{1} << 62);
          },
          good, "row_count"),
      Tensors(
          "NoClassCount", [](v1::Tensors& t) { t.clear_class_count(); }, good, "class_count"),
      Tensors(
          "OneClassTensor", [](v1::Tensors& t) { t.set_class_count(1); }, good, "class_count"),
      Tensors(
          "FeatureNamesOfAnotherCount", [](v1::Tensors& t) { t.add_feature_names("a"); }, good, "feature_names"),
      Tensors(
          "ClassNamesOfAnotherCount", [](v1::Tensors& t) { t.add_class_names("a"); }, good, "class_names"),
      {"NoFormat", [](v1::CreateDatasetRequest& r) { r.clear_format(); }, "format"},
      {"NoEncoding", [](v1::CreateDatasetRequest& r) { r.mutable_format()->clear_encoding(); }, "format"},
      {"TaskUnknown",
       [](v1::CreateDatasetRequest& r) { r.mutable_format()->set_task(static_cast<v1::Dataset::Task>(9)); },
       "format.task"},
      {"NoId", [](v1::CreateDatasetRequest& r) { r.clear_dataset_id(); }, "dataset_id"},
      {"IdClimbs", [](v1::CreateDatasetRequest& r) { r.set_dataset_id("../../etc"); }, "dataset_id"},
      {"MessageTooLarge", [](v1::CreateDatasetRequest& r) { r.set_data(std::string(5 << 20, 'x')); }, "",
       Code::RESOURCE_EXHAUSTED},
  };
}

class BadDatasets : public ::testing::Test {
 protected:
  // Files under blobs/, once what is being removed is gone.
  int64_t FilesStored() const {
    int64_t count = CountFiles();
    for (int i = 0; i < 200 && count > 0; ++i) {
      usleep(10'000);
      count = CountFiles();
    }
    return count;
  }
  int64_t CountFiles() const {
    int64_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path() + "/blobs")) {
      count += entry.is_regular_file();
    }
    return count;
  }
  int DatasetsStored() {
    v1::ListDatasetsResponse list;
    EXPECT_TRUE(ServiceStubs::Ok(stubs_.datasets().ListDatasets(stubs_.NewContext(), {}, &list)));
    return list.datasets_size();
  }
  const std::string csv_ = "x,label\n1,0\n2,1\n";
  TemporaryFolder folder_;
  TraindProcess traind_{folder_.path()};
  ServiceStubs stubs_{traind_.Connect()};
};

TEST_F(BadDatasets, AreRefusedAndNothingIsStored) {
  for (const BadDataset& bad : Table()) {
    SCOPED_TRACE(bad.name);
    v1::CreateDatasetRequest request;
    request.set_dataset_id("bad");
    request.mutable_format()->mutable_csv()->set_label_column("label");
    request.set_data(csv_);
    bad.spoil(request);
    v1::Dataset dataset;
    grpc::Status status = stubs_.datasets().CreateDataset(stubs_.NewContext(), request, &dataset);
    EXPECT_EQ(status.error_code(), bad.code) << status.error_message();
    EXPECT_THAT(status.error_message(), HasSubstr(bad.message));
    if (bad.code == Code::INVALID_ARGUMENT) {
      EXPECT_FALSE(RefusalOf(status).fields().empty());
    }
  }
  EXPECT_EQ(DatasetsStored(), 0);
  EXPECT_EQ(FilesStored(), 0);
}

TEST_F(BadDatasets, ByteOrderMarkAndCrLfAreAccepted) {
  v1::CreateDatasetRequest request;
  request.set_dataset_id("bom");
  request.mutable_format()->mutable_csv()->set_label_column("label");
  request.set_data("\xef\xbb\xbfx,\"y, z\",label\r\n1,2,no\r\n\"3\",4,yes\r\n");
  v1::Dataset dataset;
  ASSERT_TRUE(ServiceStubs::Ok(stubs_.datasets().CreateDataset(stubs_.NewContext(), request, &dataset)));
  EXPECT_THAT(dataset.feature_names(), ::testing::ElementsAre("x", "y, z"));
  EXPECT_THAT(dataset.class_names(), ::testing::ElementsAre("no", "yes"));
}

TEST_F(BadDatasets, GarbageIsNoMissingMethod) {
  grpc::ByteBuffer garbage;
  grpc::Slice slice("\x0a\x02\xff\xfe", 4);  // name: two bytes that are not UTF-8
  garbage = grpc::ByteBuffer(&slice, 1);
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(traind_.Connect());
  auto call = stub.PrepareUnaryCall(stubs_.NewContext(), "/traind.v1.DatasetService/GetDataset", garbage, &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  EXPECT_EQ(status.error_code(), Code::INVALID_ARGUMENT) << status.error_message();
  EXPECT_THAT(status.error_message(), HasSubstr("UTF-8"));
}

}  // namespace
}  // namespace traind
