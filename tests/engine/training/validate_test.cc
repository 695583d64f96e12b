#include "engine/training/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "engine/training/layer_names.h"
#include "engine/training/training_bytes.h"
#include "tests/engine/digits.h"

namespace traind::engine {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr DatasetShape kDigits = {.rows = 1797, .features = 64, .classes = 10};
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

testing::Matcher<Fault> FaultAt(const std::string& field, const std::string& text) {
  return AllOf(Field(&Fault::field, field), Field(&Fault::description, HasSubstr(text)));
}

DenseSpec& Dense(TrainingSpec& spec, std::size_t layer) { return std::get<DenseSpec>(spec.model.layers[layer].kind); }
BatchNormalizationSpec& Normalization(TrainingSpec& spec) {
  return std::get<BatchNormalizationSpec>(spec.model.layers[1].kind);
}
// A dense layer within `depth` residuals, each in the one before.
LayerSpec Nested(int depth) {
  LayerSpec layer = {"", DenseSpec{.units = 128}};
  for (int i = 0; i < depth; ++i) layer = LayerSpec{"", ResidualSpec{.layers = {layer}}};
  return layer;
}
LayerSpec Softmax() { return {"", ActivationSpec{.function = ActivationFunction::kSoftmax}}; }

TEST(ValidateTest, FindsNothingWrongWithTheDigits) {
  EXPECT_THAT(Validate(DigitsSpec()), IsEmpty());
  EXPECT_THAT(ValidateFor(DigitsSpec(), kDigits), IsEmpty());
}

struct BadSpec {
  std::string what;
  std::function<void(TrainingSpec&)> spoil;
  std::string field;
  std::string text;
};

// One fault each, and its name.
const std::vector<BadSpec>& BadSpecs() {
  static const auto& specs = *new std::vector<BadSpec>{
      {"no layers", [](auto& s) { s.model.layers.clear(); }, "model.layers", "has 0 layers; it must have 1 to 1000"},
      {"too many layers", [](auto& s) { s.model.layers.insert(s.model.layers.begin(), 1'000'000, s.model.layers[0]); },
       "model.layers", "has 1000008 layers"},
      {"residuals 17 deep", [](auto& s) { s.model.layers.insert(s.model.layers.begin() + 1, Nested(17)); },
       "model.layers", "has residuals nested 17 deep; it must have at most 16"},
      {"units 0", [](auto& s) { Dense(s, 3).units = 0; }, "model.layers[3].dense.units", "is 0; it must be 1 to 65536"},
      {"units 2^31", [](auto& s) { Dense(s, 3).units = int64_t{1} << 31; }, "model.layers[3].dense.units",
       "is 2147483648"},
      {"unknown initializer",
       [](auto& s) { Dense(s, 0).kernel_initializer = {.kind = static_cast<InitializerKind>(77)}; },
       "model.layers[0].dense.kernel_initializer.kind", "no known"},
      {"unknown bias initializer",
       [](auto& s) { Dense(s, 0).bias_initializer = {.kind = static_cast<InitializerKind>(-1)}; },
       "model.layers[0].dense.bias_initializer.kind", "no known"},
      {"momentum 1", [](auto& s) { Normalization(s).momentum = 1; }, "model.layers[1].batch_normalization.momentum",
       "is 1; it must be at least 0 and below 1"},
      {"momentum NaN", [](auto& s) { Normalization(s).momentum = kNan; },
       "model.layers[1].batch_normalization.momentum", "is nan"},
      {"epsilon 0", [](auto& s) { Normalization(s).epsilon = 0; }, "model.layers[1].batch_normalization.epsilon",
       "is 0; it must be 1e-30 to 1"},
      {"epsilon 0 as a float32", [](auto& s) { Normalization(s).epsilon = 1e-50; },
       "model.layers[1].batch_normalization.epsilon", "is 1e-50; it must be 1e-30 to 1"},
      {"epsilon over", [](auto& s) { Normalization(s).epsilon = 1.5; }, "model.layers[1].batch_normalization.epsilon",
       "is 1.5"},
      {"epsilon NaN", [](auto& s) { Normalization(s).epsilon = kNan; }, "model.layers[1].batch_normalization.epsilon",
       "is nan"},
      {"unknown function",
       [](auto& s) { s.model.layers[2].kind = ActivationSpec{.function = static_cast<ActivationFunction>(99)}; },
       "model.layers[2].activation.function", "no known"},
      {"activation first", [](auto& s) { s.model.layers.insert(s.model.layers.begin(), s.model.layers[2]); },
       "model.layers[0]", "no layer before"},
      {"no softmax at the end", [](auto& s) { s.model.layers.pop_back(); }, "loss.categorical_crossentropy", "SOFTMAX"},
      {"normalization after the last dense",
       [](auto& s) { s.model.layers.insert(s.model.layers.end() - 1, s.model.layers[1]); }, "model.layers",
       "must be a dense one"},
      {"upper case name", [](auto& s) { s.model.layers[0].name = "Dense"; }, "model.layers[0].name", "a to z"},
      {"name with a path", [](auto& s) { s.model.layers[0].name = "a/../b"; }, "model.layers[0].name", "a to z"},
      {"name with NUL", [](auto& s) { s.model.layers[0].name = std::string("a\0b", 3); }, "model.layers[0].name",
       "a to z"},
      {"long name", [](auto& s) { s.model.layers[0].name = std::string(64, 'a'); }, "model.layers[0].name", "63"},
      {"same name twice", [](auto& s) { s.model.layers[0].name = s.model.layers[3].name = "twin"; },
       "model.layers[3].name", "also the name of model.layers[0]"},
      {"a default's name", [](auto& s) { s.model.layers[0].name = "dense_2"; }, "model.layers[0].name",
       "also the default name of model.layers[3]"},
      {"epochs 0", [](auto& s) { s.epochs = 0; }, "epochs", "is 0; it must be 1 to 100000"},
      {"epochs over", [](auto& s) { s.epochs = 100'001; }, "epochs", "is 100001"},
      {"batch size 0", [](auto& s) { s.batch_size = 0; }, "batch_size", "is 0; it must be 1 to 65536"},
      {"batch size over", [](auto& s) { s.batch_size = 65'537; }, "batch_size", "is 65537"},
      {"batch size 1 with normalization", [](auto& s) { s.batch_size = 1; }, "batch_size", "no variance"},
      {"split 1", [](auto& s) { s.validation_split = 1; }, "validation_split", "is 1"},
      {"split negative", [](auto& s) { s.validation_split = -0.1; }, "validation_split", "is -0.1"},
      {"split NaN", [](auto& s) { s.validation_split = kNan; }, "validation_split", "is nan"},
      {"unknown rows", [](auto& s) { s.validation_rows = static_cast<ValidationRows>(5); }, "validation_rows",
       "no known"},
      {"unknown metric", [](auto& s) { s.metrics = {static_cast<Metric>(500)}; }, "metrics[0]", "no known"},
      {"metric twice", [](auto& s) { s.metrics.push_back(Metric::kAccuracy); }, "metrics[1]", "again"},
      {"rate 0", [](auto& s) { s.optimizer.kind = AdamSpec{.learning_rate = 0}; }, "optimizer.adam.learning_rate",
       "is 0"},
      {"rate 0 as a float32", [](auto& s) { s.optimizer.kind = AdamSpec{.learning_rate = 1e-310}; },
       "optimizer.adam.learning_rate", "it must be above 0 as a float32 and at most"},
      {"rate NaN", [](auto& s) { s.optimizer.kind = AdamSpec{.learning_rate = kNan}; }, "optimizer.adam.learning_rate",
       "is nan; it must be above 0 and at most 1000"},
      {"rate infinite", [](auto& s) { s.optimizer.kind = SgdSpec{.learning_rate = kInfinity}; },
       "optimizer.sgd.learning_rate", "is inf"},
      {"sgd momentum", [](auto& s) { s.optimizer.kind = SgdSpec{.momentum = 1}; }, "optimizer.sgd.momentum", "is 1"},
      {"beta_1", [](auto& s) { s.optimizer.kind = AdamSpec{.beta_1 = 1}; }, "optimizer.adam.beta_1", "is 1"},
      {"beta_2", [](auto& s) { s.optimizer.kind = AdamSpec{.beta_2 = -1}; }, "optimizer.adam.beta_2", "is -1"},
      {"adam epsilon", [](auto& s) { s.optimizer.kind = AdamSpec{.epsilon = -1e-7}; }, "optimizer.adam.epsilon",
       "is -1e-07"},
      {"adam epsilon 0 as a float32", [](auto& s) { s.optimizer.kind = AdamSpec{.epsilon = 9e-31}; },
       "optimizer.adam.epsilon", "is 9e-31; it must be 1e-30 to 1"},
      {"steps of a decay", [](auto& s) { s.optimizer.learning_rate_schedule.kind = CosineDecaySpec{.decay_steps = 0}; },
       "optimizer.learning_rate_schedule.cosine_decay.decay_steps", "is 0; it must be 1 to"},
      {"no steps of a decay", [](auto& s) { s.optimizer.learning_rate_schedule.kind = StepDecaySpec{}; },
       "optimizer.learning_rate_schedule.step_decay.step_size", "is 0; it must be 1 to"},
      {"monitor of a plateau",
       [](auto& s) { s.optimizer.learning_rate_schedule.kind = ReduceOnPlateauSpec{.monitor = "val_recall"}; },
       "optimizer.learning_rate_schedule.reduce_on_plateau.monitor",
       "no epoch reports; it must be one of loss, accuracy"},
  };
  return specs;
}

TEST(ValidateTest, NamesTheOneFaultOfEachBadSpec) {
  for (const BadSpec& bad : BadSpecs()) {
    SCOPED_TRACE(bad.what);
    TrainingSpec spec = DigitsSpec();
    bad.spoil(spec);
    EXPECT_THAT(Validate(spec), ElementsAre(FaultAt(bad.field, bad.text)));
  }
}

TEST(ValidateTest, TakesResiduals16Deep) {
  TrainingSpec spec = DigitsSpec();
  spec.model.layers.insert(spec.model.layers.begin() + 1, Nested(16));
  EXPECT_THAT(Validate(spec), IsEmpty());
}

TEST(ValidateTest, TakesTheLeastAndTheLargestEpsilon) {
  TrainingSpec spec = DigitsSpec();
  for (const double epsilon : {kMinEpsilon, 1.0}) {
    Normalization(spec).epsilon = epsilon;
    spec.optimizer.kind = AdamSpec{.epsilon = epsilon};
    EXPECT_THAT(Validate(spec), IsEmpty());
  }
}

TEST(ValidateTest, NamesAllFaultsAtOnce) {
  TrainingSpec spec = DigitsSpec();
  Dense(spec, 0).units = -1;
  Normalization(spec).epsilon = 2;
  spec.epochs = -5;
  spec.optimizer.kind = AdamSpec{.learning_rate = -1, .beta_1 = kNan};
  EXPECT_THAT(
      Validate(spec),
      UnorderedElementsAre(FaultAt("model.layers[0].dense.units", "-1"),
                           FaultAt("model.layers[1].batch_normalization.epsilon", "2"), FaultAt("epochs", "-5"),
                           FaultAt("optimizer.adam.learning_rate", "-1"), FaultAt("optimizer.adam.beta_1", "nan")));
}

TEST(ValidateTest, AModelWithoutWeightsIsRefused) {
  TrainingSpec spec = DigitsSpec();
  spec.model.layers = {Softmax()};
  EXPECT_THAT(Validate(spec), UnorderedElementsAre(FaultAt("model.layers[0]", "no layer before"),
                                                   FaultAt("model.layers", "must be a dense one")));
}

TEST(ValidateForTest, ComparesTheSpecWithTheData) {
  TrainingSpec spec = DigitsSpec();
  EXPECT_THAT(ValidateFor(spec, {.rows = 100, .features = 64, .classes = 9}),
              ElementsAre(FaultAt("model.layers[6].dense.units",
                                  "is 10; as the last dense layer's it must be the "
                                  "dataset's number of classes, 9")));
  EXPECT_THAT(ValidateFor(spec, {.rows = 0, .features = 64, .classes = 10}), ElementsAre(FaultAt("dataset", "0 rows")));
  EXPECT_THAT(ValidateFor(spec, {.rows = 9, .features = 0, .classes = 10}),
              ElementsAre(FaultAt("dataset", "0 features")));
  spec.validation_rows = ValidationRows::kStratified;
  EXPECT_THAT(
      ValidateFor(spec, {.rows = 100, .features = 64}),
      UnorderedElementsAre(FaultAt("loss.categorical_crossentropy", "classification"),
                           FaultAt("metrics[0]", "classification"), FaultAt("validation_rows", "classification")));
}

TEST(ValidateForTest, SomeClassMustWeighSomething) {
  const DatasetShape shape = {.rows = 100, .features = 64, .classes = 2};
  TrainingSpec spec = DigitsSpec();
  Dense(spec, 6).units = 2;
  spec.class_weight = {{"0", 0}, {"1", 1e-46}};  // float32 has no number so small above 0
  EXPECT_THAT(ValidateFor(spec, shape), ElementsAre(FaultAt("class_weight", "is 0 for every class")));
  spec.class_weight["1"] = 1e-3;
  EXPECT_THAT(ValidateFor(spec, shape), IsEmpty());
  spec.class_weight = {{"0", 0}};  // the other weighs 1
  EXPECT_THAT(ValidateFor(spec, shape), IsEmpty());
}

TEST(ValidateForTest, MetricsGoByTheLabelsWhereTheLossLeavesThemOpen) {
  TrainingSpec spec = DigitsSpec();
  spec.loss = BinaryCrossentropySpec{};
  std::get<DenseSpec>(spec.model.layers[6].kind).units = 3;
  spec.model.layers[7].kind = ActivationSpec{.function = ActivationFunction::kSigmoid};
  spec.metrics = {Metric::kMae};
  spec.validation_split = 0;
  ASSERT_TRUE(Validate(spec).empty());
  EXPECT_TRUE(ValidateFor(spec, {.rows = 100, .features = 64, .targets = 3}).empty());
  std::get<DenseSpec>(spec.model.layers[6].kind).units = 1;
  EXPECT_THAT(ValidateFor(spec, {.rows = 100, .features = 64, .classes = 2}),
              UnorderedElementsAre(FaultAt("metrics[0]", "regression dataset")));
}

TEST(ValidateForTest, AConfusionMatrixIsForAFewClasses) {
  TrainingSpec spec = DigitsSpec();
  spec.metrics = {Metric::kConfusionMatrix};
  DatasetShape shape = kDigits;
  for (const int64_t classes : {256, 257}) {
    shape.classes = Dense(spec, 6).units = classes;
    EXPECT_EQ(ValidateFor(spec, shape).empty(), classes == 256);
  }
  EXPECT_THAT(ValidateFor(spec, shape), ElementsAre(FaultAt("metrics[0]",
                                                            "is CONFUSION_MATRIX, which is for at most 256 classes; "
                                                            "the dataset has 257")));
}

TEST(ValidateForTest, ASplitMustLeaveRowsOnBothSides) {
  TrainingSpec spec = DigitsSpec();
  spec.validation_split = 0.9;
  EXPECT_THAT(ValidateFor(spec, {.rows = 15, .features = 64, .classes = 10}),
              ElementsAre(FaultAt("validation_split", "leaves 1 of 15 rows to train on; there must be at least 2")));
  spec.validation_split = 1e-18;
  EXPECT_THAT(ValidateFor(spec, kDigits), ElementsAre(FaultAt("validation_split", "holds out none")));
  spec.validation_split = 0;
  EXPECT_THAT(ValidateFor(spec, kDigits), IsEmpty());
}

TEST(ValidateForTest, APlateauOfValidationNeedsValidation) {
  TrainingSpec spec = DigitsSpec();
  spec.optimizer.learning_rate_schedule.kind = ReduceOnPlateauSpec{};
  EXPECT_THAT(Validate(spec), IsEmpty());
  EXPECT_THAT(ValidateFor(spec, kDigits), IsEmpty());
  spec.validation_split = 0;
  EXPECT_THAT(
      ValidateFor(spec, kDigits),
      ElementsAre(FaultAt("optimizer.learning_rate_schedule.reduce_on_plateau.monitor", "nothing is validated")));
}

TEST(ValidateForTest, CountsParametersWithoutOverflow) {
  EXPECT_THAT(ValidateFor(DigitsSpec(), {.rows = 10, .features = std::numeric_limits<int64_t>::max(), .classes = 10}),
              ElementsAre(FaultAt("model.layers", "at most 2147483648")));
  TrainingSpec spec = DigitsSpec();
  spec.model.layers.insert(spec.model.layers.begin(), 900, LayerSpec{"", DenseSpec{.units = 65'536}});
  EXPECT_THAT(Validate(spec), IsEmpty());
  EXPECT_THAT(ValidateFor(spec, kDigits), ElementsAre(FaultAt("model.layers", "parameters")));
}

TEST(CountParametersTest, CountsAsKerasDoes) {
  // 64*128+128 + 4*128 + 128*64+64 + 4*64 + 64*10+10
  EXPECT_EQ(CountParameters(DigitsSpec().model, 64), 17'994);
}

TEST(EstimateTrainingBytesTest, CountsEveryReluThatHasABufferOfItsOwn) {
  TrainingSpec spec = DigitsSpec();
  const LayerSpec relu = {"", ActivationSpec{.function = ActivationFunction::kRelu}};
  spec.model.layers = {{"", DenseSpec{.units = 65'536}}};
  spec.model.layers.insert(spec.model.layers.end(), 997, relu);
  spec.model.layers.push_back({"", DenseSpec{.units = 10}});
  spec.batch_size = 1024;
  const auto bytes = EstimateTrainingBytes(spec, {.rows = 10'000, .features = 2, .classes = 10});
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_NEAR(static_cast<double>(*bytes), 4.0 * 1024 * 65'536 * (998 + 2), 1e9);
}

TEST(LayerNamesTest, AreTheKindAndItsCountUnlessGiven) {
  ModelSpec model = DigitsSpec().model;
  model.layers[3].name = "hidden";
  std::vector<std::string> names;
  for (const LayerSpec& layer : WithLayerNames(model.layers)) names.push_back(layer.name);
  EXPECT_THAT(names, ElementsAre("dense_1", "batch_normalization_1", "activation_1", "hidden", "batch_normalization_2",
                                 "activation_2", "dense_3", "activation_3"));
}

}  // namespace
}  // namespace traind::engine
