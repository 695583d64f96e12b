#include "client/cli/spec_file.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace traind::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string MessageOf(const absl::StatusOr<v1::TrainingSpec>& spec) {
  return spec.ok() ? "OK: " + spec->ShortDebugString() : std::string(spec.status().message());
}

constexpr char kYaml[] = R"(
model:
  layers:
    - dense: {units: 128}
    - batch_normalization: {}
    - activation: {function: RELU}
    - dense: {units: 64}
    - batch_normalization: {}
    - activation: {function: RELU}
    - dense: {units: 10}
    - activation: {function: SOFTMAX}
loss: {categorical_crossentropy: {}}
optimizer:
  adam: {learning_rate: 1e-3}
metrics: [ACCURACY]
epochs: 20        # passes over the data
batch_size: 32
seed: 7
validation_split: 0.2
)";

TEST(SpecFileTest, YamlAndJsonSayTheSame) {
  absl::StatusOr<v1::TrainingSpec> json = ReadSpecFile(TRAIND_SOURCE_DIR "/examples/digits.json");
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_EQ(json->model().layers_size(), 8);
  EXPECT_EQ(json->model().layers(3).dense().units(), 64);
  EXPECT_EQ(json->optimizer().adam().learning_rate(), 0.001);
  absl::StatusOr<v1::TrainingSpec> yaml = ParseYamlSpec(kYaml, "digits.yaml");
  ASSERT_TRUE(yaml.ok()) << yaml.status();
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*json, *yaml)) << yaml->DebugString();
}

struct Case {
  const char* name;
  const char* text;
  // What the error contains, or the spec as protobuf prints it after "OK: ".
  std::vector<std::string> expected;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }
std::string NameOf(const testing::TestParamInfo<Case>& info) { return info.param.name; }

class JsonSpecTest : public testing::TestWithParam<Case> {};

TEST_P(JsonSpecTest, Reads) {
  std::string message = MessageOf(ParseJsonSpec(GetParam().text, "my.json"));
  bool ok = GetParam().expected[0].starts_with("OK");
  EXPECT_THAT(message, testing::StartsWith(ok ? "OK: " : "my.json: "));
  for (const std::string& part : GetParam().expected) EXPECT_THAT(message, HasSubstr(part));
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonSpecTest,
    testing::Values(
        Case{
            "NumberAsText", R"({"epochs": "20", "seed": 9007199254740993})", {"OK: epochs: 20 seed: 9007199254740993"}},
        Case{"Syntax", "{\n  \"epochs\": 20,\n}", {"line 3, column 1"}},
        Case{"Truncated", R"({"epochs": )", {"line 1, column"}},
        Case{"Empty", " \n", {"my.json: is empty; see examples/digits.json"}},
        Case{"ByteOrderMark", "\xef\xbb\xbf{\"epochs\": 20}", {"OK: epochs: 20"}},
        Case{"NotUtf8", "{\"model\": {\"layers\": [{\"name\": \"\xff\"}]}}", {"UTF-8"}},
        Case{"NotAnObject", "[1]", {"a spec is an object"}},
        Case{"UnknownField",
             R"({"model": {"layers": [{"dense": {"unit": 1}}]}})",
             {"spec.model.layers[0].dense.unit: no such field", "units, use_bias, kernel_initializer"}},
        Case{"UnknownFieldAtTheTop", R"({"epoch": 1})", {"spec.epoch: no such field; there are model, loss"}},
        Case{"UnknownFieldWithAnyName",
             R"({"model": {"batch-size (all) of" : 1}
})",
             {"spec.model.batch-size (all) of: no such field; there are layers"}},
        Case{"UnknownFieldWithNoName", R"({"": 1})", {"spec.\"\": no such field; there are model, loss"}},
        Case{"ListForAValue", R"({"epochs": [1]})", {"spec.epochs: is a list; must be a whole number of 32 bits"}},
        Case{"ListForAMessage", R"({"model": [1]})", {"spec.model: is a list; must be an object in braces"}},
        Case{"ObjectForAValue",
             R"({"epochs": {"a": 1}})",
             {"spec.epochs: is an object; must be a whole number of 32 bits"}},
        Case{"Type", R"({"epochs": "many"})", {"spec.epochs: is \"many\"; must be a whole number of 32 bits"}},
        Case{"Fraction", R"({"epochs": 1.5})", {"spec.epochs: is 1.5"}},
        Case{"TooLarge", R"({"epochs": 99999999999})", {"spec.epochs: is 99999999999"}},
        Case{"Enum", R"({"metrics": ["SPEED"]})", {"spec.metrics[0]: is \"SPEED\"; must be one of ACCURACY"}},
        Case{"Message", R"({"model": 3})", {"spec.model: is 3; must be an object in braces"}},
        Case{"TwoKinds",
             R"({"model": {"layers": [{"dense": {}, "activation": {}}]}})",
             {"spec.model.layers[0].activation: only one kind may be set"}},
        Case{"KeyTwice", R"({"epochs": 1, "epochs": 2})", {"\"epochs\" is given twice"}},
        Case{"NullLayer", R"({"model": {"layers": [null]}})", {"a list holds a null"}}),
    NameOf);

class YamlSpecTest : public testing::TestWithParam<Case> {};

TEST_P(YamlSpecTest, Reads) {
  std::string message = MessageOf(ParseYamlSpec(GetParam().text, "my.yaml"));
  bool ok = GetParam().expected[0].starts_with("OK");
  EXPECT_THAT(message, testing::StartsWith(ok ? "OK: " : "my.yaml: "));
  for (const std::string& part : GetParam().expected) EXPECT_THAT(message, HasSubstr(part));
}

INSTANTIATE_TEST_SUITE_P(
    All, YamlSpecTest,
    testing::Values(
        Case{"Scalars",
             "epochs: 0x14\nseed: 9007199254740993\nvalidation_split: .5\nshuffle: false",
             {"OK: epochs: 20 seed: 9007199254740993 validation_split: 0.5 shuffle: false"}},
        Case{"QuotedStaysText", "model: {layers: [{name: \"1\"}]}", {"OK: model { layers { name: \"1\" } }"}},
        Case{"PlainIsTyped", "model: {layers: [{name: true}]}", {"spec.model.layers[0].name: is true; must be a text"}},
        Case{"QuotedBoolIsText", "shuffle: \"maybe\"", {"spec.shuffle: is \"maybe\"; must be true or false"}},
        Case{"NullIsUnset", "epochs: ~\nseed: 1", {"OK: seed: 1"}},
        Case{"Infinity", "validation_split: .inf", {"OK: validation_split: inf"}},
        Case{"Alias",
             "optimizer: {sgd: {learning_rate: &x 0.5, momentum: *x}}",
             {"OK: optimizer { sgd { learning_rate: 0.5 momentum: 0.5 } }"}},
        Case{"Syntax", "epochs: 1\n  seed: [", {"line 2, column"}},
        Case{"KeyTwice", "epochs: 1\nepochs: 2", {"line 2, column 1: \"epochs\" is given twice"}},
        Case{"TwoDocuments", "epochs: 1\n---\nepochs: 2", {"2 documents"}},
        Case{"Empty", "", {"my.yaml: is empty; see examples/digits.json"}},
        Case{"ByteOrderMark",
             "\xef\xbb\xbf"
             "epochs: 20",
             {"OK: epochs: 20"}},
        Case{"List", "- 1", {"a spec is an object"}},
        Case{"UnknownField", "model:\n  layers:\n    - dense: {unit: 1}", {"spec.model.layers[0].dense.unit"}},
        Case{"AliasOfItself", "model: &m {layers: [*m]}", {"nested deeper than 100"}},
        Case{"NotUtf8", "model: {layers: [{name: \"\xff\"}]}", {"my.yaml"}}),
    NameOf);

TEST(SpecFileTest, AliasesThatBlowUpAreRefused) {
  std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    absl::StrAppend(&text, "a", i, ": &a", i, " [*a", i - 1);
    for (int j = 1; j < 10; ++j) absl::StrAppend(&text, ", *a", i - 1);
    text += "]\n";
  }
  EXPECT_THAT(MessageOf(ParseYamlSpec(text, "laughs.yaml")), HasSubstr("more than 1000000 values"));
}

TEST(SpecFileTest, DeepNestingIsRefused) {
  std::string deep = std::string(100'000, '[');
  EXPECT_FALSE(ParseYamlSpec("a: " + deep, "deep.yaml").ok());
  EXPECT_FALSE(ParseJsonSpec("{\"a\": " + deep + std::string(100'000, ']') + "}", "deep.json").ok());
}

TEST(SpecFileTest, NamesTheFileThatCannotBeRead) {
  absl::Status missing = ReadSpecFile("/nowhere/spec.json").status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()), HasSubstr("/nowhere/spec.json"));
  std::filesystem::path folder = testing::TempDir() + "/spec_file_test_" + std::to_string(getpid()) + ".yaml";
  std::filesystem::create_directory(folder);
  EXPECT_EQ(MessageOf(ReadSpecFile(folder)),
            folder.string() + ": is a folder; give a file such as examples/digits.json");
  std::filesystem::remove(folder);
  std::ofstream(folder).close();
  EXPECT_EQ(MessageOf(ReadSpecFile(folder)), folder.string() + ": is empty; see examples/digits.json");
  std::filesystem::remove(folder);
  EXPECT_THAT(MessageOf(ReadSpecFile("spec.toml")), AllOf(HasSubstr("spec.toml"), HasSubstr(".yaml")));
}

}  // namespace
}  // namespace traind::client
