#include "server/onnx/model_to_onnx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <map>
#include <string>
#include <vector>

namespace traind {
namespace {

using engine::ActivationFunction;
using engine::ActivationSpec;
using engine::BatchNormalizationSpec;
using engine::DenseSpec;
using ::testing::ElementsAre;

// 2 features, a dense layer of 2, batch normalization, relu, 2 classes.
class ModelToOnnxTest : public ::testing::Test {
 protected:
  ModelToOnnxTest() {
    model_.id = "fraud";
    model_.feature_names = {"a", "b"};
    model_.class_names = {"no", "yes"};
    model_.weights.sha256 = "abc";
    spec_.model.layers = {{"dense_1", DenseSpec{.units = 2}},
                          {"batch_normalization_1", BatchNormalizationSpec{}},
                          {"", ActivationSpec{ActivationFunction::kRelu}},
                          {"dense_2", DenseSpec{.units = 2}},
                          {"", ActivationSpec{ActivationFunction::kSoftmax}}};
    spec_.loss = engine::CategoricalCrossentropySpec{};
    tensors_ = {{"dense_1.weight", {2, 2}, {1, 2, 3, 4}},
                {"dense_1.bias", {2}, {5, 6}},
                {"batch_normalization_1.weight", {2}, {1, 1}},
                {"batch_normalization_1.bias", {2}, {0, 0}},
                {"batch_normalization_1.running_mean", {2}, {0, 0}},
                {"batch_normalization_1.running_var", {2}, {1, 1}},
                {"dense_2.weight", {2, 2}, {1, 0, 0, 1}},
                {"dense_2.bias", {2}, {0, 0}}};
  }

  onnx::ModelProto Onnx(bool fold = false) {
    const auto bytes = ModelToOnnx(model_, spec_, tensors_, fold);
    EXPECT_TRUE(bytes.ok()) << bytes.status();
    onnx::ModelProto onnx;
    EXPECT_TRUE(onnx.ParseFromString(bytes.value_or("")));
    return onnx;
  }
  static std::vector<std::string> Ops(const onnx::ModelProto& onnx) {
    std::vector<std::string> ops;
    for (const onnx::NodeProto& node : onnx.graph().node()) ops.push_back(node.op_type());
    return ops;
  }

  ModelRecord model_;
  engine::TrainingSpec spec_;
  std::vector<engine::NamedTensor> tensors_;
};

TEST_F(ModelToOnnxTest, ALayerIsANode) {
  EXPECT_THAT(Ops(Onnx()), ElementsAre("Gemm", "BatchNormalization", "Relu", "Gemm", "Softmax", "Identity"));
}

TEST_F(ModelToOnnxTest, FoldedBatchNormalizationIsGone) {
  EXPECT_THAT(Ops(Onnx(true)), ElementsAre("Gemm", "Relu", "Gemm", "Softmax", "Identity"));
}

TEST_F(ModelToOnnxTest, SaysWhatItIs) {
  const onnx::ModelProto onnx = Onnx();
  EXPECT_EQ(onnx.producer_name(), "traind");
  EXPECT_EQ(onnx.graph().input(0).name(), "features");
  EXPECT_EQ(onnx.graph().output(0).name(), "probabilities");
  std::map<std::string, std::string> metadata;
  for (const auto& entry : onnx.metadata_props()) metadata[entry.key()] = entry.value();
  EXPECT_THAT(metadata,
              ElementsAre(std::pair("class_names", R"(["no","yes"])"), std::pair("feature_names", R"(["a","b"])"),
                          std::pair("traind_model", "models/fraud"), std::pair("weights_sha256", "abc")));
}

TEST_F(ModelToOnnxTest, EqualModelsGiveEqualBytes) {
  EXPECT_EQ(*ModelToOnnx(model_, spec_, tensors_, false), *ModelToOnnx(model_, spec_, tensors_, false));
}

// Names of columns are the user's: they may be those that nodes would have.
TEST_F(ModelToOnnxTest, ColumnsKeepTheirNames) {
  model_.columns = {{.name = "probabilities"},
                    {.name = "dense_1", .kind = ColumnKind::kCategorical, .categories = {"u", "v"}}};
  spec_.preprocessing.categorical.encoding = engine::CategoryEncoding::kOneHot;
  tensors_[0] = {"dense_1.weight", {2, 3}, {1, 2, 3, 4, 5, 6}};
  tensors_.insert(tensors_.begin(), {{"preprocessing/fill", {2}, {0, 0}},
                                     {"preprocessing/shift", {2}, {0, 0}},
                                     {"preprocessing/scale", {2}, {1, 0}},
                                     {"preprocessing/seen", {3}, {1, 1, 0}}});
  const onnx::ModelProto onnx = Onnx();
  EXPECT_EQ(onnx.graph().input(0).name(), "probabilities");
  EXPECT_EQ(onnx.graph().input(1).name(), "dense_1");
  EXPECT_EQ(onnx.graph().input(1).type().tensor_type().elem_type(), onnx::TensorProto::STRING);
  EXPECT_EQ(onnx.graph().output(0).name(), "probabilities_");
}

TEST_F(ModelToOnnxTest, WeightsThatAreNotTheSpecsAreDataLoss) {
  tensors_.pop_back();
  const auto without = ModelToOnnx(model_, spec_, tensors_, false);
  EXPECT_TRUE(absl::IsDataLoss(without.status())) << without.status();
  tensors_[0].values.pop_back();
  EXPECT_TRUE(absl::IsDataLoss(ModelToOnnx(model_, spec_, tensors_, true).status()));
}

TEST_F(ModelToOnnxTest, TwoGigabytesAreTooMuch) {
  model_.weights.size = int64_t{2} << 30;
  EXPECT_TRUE(absl::IsFailedPrecondition(ModelToOnnx(model_, spec_, tensors_, false).status()));
}

}  // namespace
}  // namespace traind
