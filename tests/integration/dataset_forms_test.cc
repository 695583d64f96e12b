// Datasets with several numbers to predict a row, with weights, and of files as Windows writes them, over real gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

using ::testing::ElementsAre;

class DatasetForms : public ::testing::Test {
 protected:
  static v1::CreateDatasetRequest Csv(const std::string& id, const std::vector<std::string>& labels) {
    v1::CreateDatasetRequest request;
    request.set_dataset_id(id);
    request.mutable_format()->set_task(v1::Dataset::REGRESSION);
    request.mutable_format()->mutable_csv()->mutable_label_columns()->Add(labels.begin(), labels.end());
    request.set_data("a,u,v\n1,2,3\n4,5,6\n");
    return request;
  }
  static v1::CreateDatasetRequest Tensors(const std::string& id, int32_t targets) {
    v1::CreateDatasetRequest request;
    request.set_dataset_id(id);
    request.mutable_format()->set_task(v1::Dataset::REGRESSION);
    v1::Tensors& tensors = *request.mutable_format()->mutable_tensors();
    tensors.set_row_count(2);
    tensors.set_feature_count(1);
    tensors.set_target_count(targets);
    const float numbers[] = {1, 4, 2, 3, 5, 6};
    request.set_data(std::string(reinterpret_cast<const char*>(numbers), sizeof numbers));
    return request;
  }
  grpc::Status Create(const v1::CreateDatasetRequest& request, v1::Dataset& dataset) {
    return stubs_.datasets().CreateDataset(stubs_.NewContext(), request, &dataset);
  }

  TemporaryFolder folder_;
  TraindProcess traind_{folder_.path()};
  ServiceStubs stubs_{traind_.Connect()};
};

TEST_F(DatasetForms, SeveralTargetsAreStoredAndNamed) {
  v1::Dataset csv, tensors;
  ASSERT_TRUE(stubs_.Ok(Create(Csv("csv", {"v", "u"}), csv)));
  EXPECT_THAT(csv.target_names(), ElementsAre("v", "u"));
  EXPECT_EQ(csv.target_count(), 2);
  EXPECT_EQ(csv.label_column(), "");
  EXPECT_EQ(csv.feature_count(), 1);
  EXPECT_EQ(csv.size_bytes(), 2 * (1 + 2) * 4);
  ASSERT_TRUE(stubs_.Ok(Create(Tensors("tensors", 2), tensors)));
  EXPECT_THAT(tensors.target_names(), ElementsAre("0", "1"));

  v1::ListDatasetsResponse list;
  ASSERT_TRUE(stubs_.Ok(stubs_.datasets().ListDatasets(stubs_.NewContext(), {}, &list)));
  ASSERT_EQ(list.datasets_size(), 2);
  EXPECT_EQ(list.datasets(0).target_count(), 2);
  EXPECT_EQ(list.datasets(0).target_names_size(), 0);
}

TEST_F(DatasetForms, BadTargetsAreRefusedByPath) {
  v1::Dataset dataset;
  v1::CreateDatasetRequest both = Csv("bad", {"v"});
  both.mutable_format()->mutable_csv()->set_label_column("u");
  v1::CreateDatasetRequest classes = Csv("bad", {"u", "v"});
  classes.mutable_format()->set_task(v1::Dataset::CLASSIFICATION);
  v1::CreateDatasetRequest named = Tensors("bad", 2);
  named.mutable_format()->mutable_tensors()->add_target_names("u");
  const struct {
    v1::CreateDatasetRequest request;
    std::string field;
  } cases[] = {
      {Csv("bad", {}), "format.csv.label_column"},
      {Csv("bad", {"u", "u"}), "format.csv.label_columns[1]"},
      {Csv("bad", {"u", ""}), "format.csv.label_columns[1]"},
      {Csv("bad", {"u", "z"}), "format.csv.label_columns[1]"},
      {both, "format.csv.label_columns"},
      {classes, "format.csv.label_columns"},
      {Tensors("bad", 0), "format.tensors.target_count"},
      {Tensors("bad", -1), "format.tensors.target_count"},
      {Tensors("bad", std::numeric_limits<int32_t>::max()), "format.tensors.target_count"},
      {named, "format.tensors.target_names"},
      {Tensors("bad", 1), "data"},
      {Tensors("bad", 3), "data"},
  };
  for (const auto& bad : cases) {
    const grpc::Status status = Create(bad.request, dataset);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << bad.request.ShortDebugString();
    EXPECT_THAT(RefusalOf(status).fields(), ElementsAre(bad.field)) << bad.request.ShortDebugString();
  }
}

TEST_F(DatasetForms, WeightsAreStoredAndNoFeatures) {
  v1::CreateDatasetRequest csv = Csv("csv", {"u"});
  csv.mutable_format()->mutable_csv()->set_weight_column("v");
  v1::Dataset dataset;
  ASSERT_TRUE(stubs_.Ok(Create(csv, dataset)));
  EXPECT_TRUE(dataset.has_weights());
  EXPECT_THAT(dataset.feature_names(), ElementsAre("a"));
  EXPECT_EQ(dataset.size_bytes(), 2 * (1 + 1 + 1) * 4);

  v1::CreateDatasetRequest tensors = Tensors("tensors", 1);
  tensors.mutable_format()->mutable_tensors()->set_has_weights(true);
  ASSERT_TRUE(stubs_.Ok(Create(tensors, dataset)));
  EXPECT_TRUE(dataset.has_weights());
  csv = Csv("plain", {"u"});
  ASSERT_TRUE(stubs_.Ok(Create(csv, dataset)));
  EXPECT_FALSE(dataset.has_weights());
}

TEST_F(DatasetForms, BadWeightsAreRefusedByPath) {
  const struct {
    std::string data, weight_column, field;
  } cases[] = {
      {"a,u,w\n1,2,-1\n4,5,1\n", "w", "data row 1, column 'w'"},
      {"a,u,w\n1,2,1\n4,5,nan\n", "w", "data row 2, column 'w'"},
      {"a,u,w\n1,2,1\n4,5,inf\n", "w", "data row 2, column 'w'"},
      {"a,u,w\n1,2,1\n4,5,text\n", "w", "data row 2, column 'w'"},
      {"a,u,w\n1,2,0\n4,5,0\n", "w", "data column 'w'"},
      {"a,u,w\n1,2,0\n4,5,0\n", "x", "format.csv.weight_column"},
      {"a,u,w\n1,2,0\n4,5,0\n", "u", "format.csv.weight_column"},
  };
  for (const auto& bad : cases) {
    v1::CreateDatasetRequest request = Csv("bad", {"u"});
    request.mutable_format()->mutable_csv()->set_weight_column(bad.weight_column);
    request.set_data(bad.data);
    v1::Dataset dataset;
    const grpc::Status status = Create(request, dataset);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << bad.data;
    EXPECT_THAT(RefusalOf(status).fields(), ElementsAre(bad.field)) << bad.data;
  }
}

TEST_F(DatasetForms, ByteOrderMarkAndCrLfAreAccepted) {
  v1::CreateDatasetRequest request;
  request.set_dataset_id("bom");
  request.mutable_format()->mutable_csv()->set_label_column("label");
  request.set_data("\xef\xbb\xbfx,\"y, z\",label\r\n1,2,no\r\n\"3\",4,yes\r\n");
  v1::Dataset dataset;
  ASSERT_TRUE(stubs_.Ok(Create(request, dataset)));
  EXPECT_THAT(dataset.feature_names(), ElementsAre("x", "y, z"));
  EXPECT_THAT(dataset.class_names(), ElementsAre("no", "yes"));
}

}  // namespace
}  // namespace traind
