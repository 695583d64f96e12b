#include "server/convert/training_spec.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <variant>

#include "absl/strings/str_cat.h"
#include "server/convert/training_spec_proto.h"
#include "server/errors/errors.h"

namespace traind {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::TrainingSpec Digits() {
  std::ifstream file(TRAIND_SOURCE_DIR "/examples/digits.json");
  const std::string json((std::istreambuf_iterator<char>(file)), {});
  v1::TrainingSpec spec;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &spec).ok());
  return spec;
}

std::vector<std::string> FaultyFields(const v1::TrainingSpec& spec) {
  std::vector<std::string> fields;
  for (const FieldViolation& fault : DetailsOf(FromProto(spec).status()).violations) fields.push_back(fault.field);
  return fields;
}

TEST(TrainingSpec, TheExampleIsValidAndHasKerasDefaults) {
  const auto spec = FromProto(Digits());
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->model.layers.size(), 8);
  EXPECT_EQ(spec->epochs, 20);
  EXPECT_EQ(spec->seed, 7);
  EXPECT_TRUE(spec->shuffle);
  EXPECT_TRUE(std::get<engine::DenseSpec>(spec->model.layers[0].kind).use_bias);
  EXPECT_EQ(std::get<engine::BatchNormalizationSpec>(spec->model.layers[1].kind).momentum, 0.99);
  EXPECT_EQ(std::get<engine::AdamSpec>(spec->optimizer).epsilon, 1e-7);
}

// Sets one scalar to a valid value that is neither zero nor, where the field has one, its default.
void SetScalar(Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->SetInt32(&message, field, 17);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection->SetInt64(&message, field, -1234567890123456789);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection->SetDouble(&message, field, 0.123456789012345);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->SetBool(&message, field, false);
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection->SetString(&message, field, "named");
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* last = field->enum_type()->value(field->enum_type()->value_count() - 1);
      return field->is_repeated() ? reflection->AddEnum(&message, field, last)
                                  : reflection->SetEnum(&message, field, last);
    }
    default:
      FAIL() << "no value for " << field->full_name();
  }
}

// Sets every field but those of oneofs, deeply.
void SetAll(Message& message) {
  const auto* type = message.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->real_containing_oneof() != nullptr || field->name() == "layers") continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      SetAll(*message.GetReflection()->MutableMessage(&message, field));
    } else {
      SetScalar(message, field);
    }
  }
}

// Every kind of a oneof in turn, all of its fields set.
void ForEachKind(Message& message, const std::function<void()>& visit) {
  const auto* kinds = message.GetDescriptor()->FindOneofByName("kind");
  for (int i = 0; i < kinds->field_count(); ++i) {
    SetAll(*message.GetReflection()->MutableMessage(&message, kinds->field(i)));
    visit();
  }
}

std::string Describe(const engine::DenseSpec& dense) {
  return absl::StrCat("dense ", dense.units, " ", dense.use_bias, " ", static_cast<int>(dense.kernel_initializer), " ",
                      static_cast<int>(dense.bias_initializer));
}
std::string Describe(const engine::BatchNormalizationSpec& normalization) {
  return absl::StrCat("batch_normalization ", normalization.momentum, " ", normalization.epsilon, " ",
                      normalization.center, " ", normalization.scale);
}
std::string Describe(const engine::ActivationSpec& activation) {
  return absl::StrCat("activation ", static_cast<int>(activation.function));
}
std::string Describe(const engine::SgdSpec& sgd) { return absl::StrCat("sgd ", sgd.learning_rate, " ", sgd.momentum); }
std::string Describe(const engine::AdamSpec& adam) {
  return absl::StrCat("adam ", adam.learning_rate, " ", adam.beta_1, " ", adam.beta_2, " ", adam.epsilon);
}

// Equal for equal specs: all that the engine is told.
std::string Describe(const engine::TrainingSpec& spec) {
  std::string text = absl::StrCat(spec.epochs, " ", spec.batch_size, " ", spec.seed, " ", spec.validation_split, " ",
                                  static_cast<int>(spec.validation_rows), " ", spec.shuffle, "\nmetrics");
  for (const engine::Metric metric : spec.metrics) absl::StrAppend(&text, " ", static_cast<int>(metric));
  absl::StrAppend(&text, "\n", std::visit([](const auto& kind) { return Describe(kind); }, spec.optimizer));
  for (const engine::LayerSpec& layer : spec.model.layers) {
    absl::StrAppend(&text, "\n", layer.name, ": ",
                    std::visit([](const auto& kind) { return Describe(kind); }, layer.kind));
  }
  return text;
}

// Also of a spec with faults.
std::string DescribeTranslated(const v1::TrainingSpec& spec) {
  std::vector<FieldViolation> faults;
  std::string text = Describe(TranslateSpec(spec, faults));
  for (const FieldViolation& fault : faults) absl::StrAppend(&text, "\nfault: ", fault.field);
  return text;
}

// Clears each field that holds a value, however deep, calls `visit`, and sets it again.
void ForEachCleared(Message& message, const std::function<void(const FieldDescriptor*)>& visit) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      const std::unique_ptr<Message> saved(message.New());
      saved->CopyFrom(message);
      reflection->ClearField(&message, field);
      visit(field);
      message.CopyFrom(*saved);
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        ForEachCleared(*reflection->MutableRepeatedMessage(&message, field, i), visit);
      }
    } else {
      ForEachCleared(*reflection->MutableMessage(&message, field), visit);
    }
  }
}

void ExpectEveryFieldCounts(v1::TrainingSpec spec) {
  const auto plain = FromProto(spec);
  ASSERT_TRUE(plain.ok()) << plain.status() << spec.DebugString();
  EXPECT_TRUE(MessageDifferencer::Equals(spec, *SpecProtoFromJson(SpecToJson(spec))));
  const std::string whole = Describe(*plain);
  EXPECT_EQ(Describe(*SpecFromJson(SpecToJson(spec))), whole);
  int cleared = 0;
  ForEachCleared(spec, [&](const FieldDescriptor* field) {
    ++cleared;
    EXPECT_NE(DescribeTranslated(spec), whole) << field->full_name() << " makes no difference";
  });
  EXPECT_GE(cleared, 15);
}

// Fails if a field is added to the proto and not to the conversion.
TEST(TrainingSpec, EveryFieldCounts) {
  v1::TrainingSpec full;
  SetAll(full);
  full.mutable_loss()->mutable_categorical_crossentropy();
  SetAll(*full.mutable_optimizer()->mutable_adam());
  v1::Layer* first = full.mutable_model()->add_layers();
  first->set_name("first");
  v1::Layer* output = full.mutable_model()->add_layers();
  output->set_name("output");
  SetAll(*output->mutable_dense());
  v1::Layer* softmax = full.mutable_model()->add_layers();
  softmax->set_name("softmax");
  softmax->mutable_activation()->set_function(v1::Activation::SOFTMAX);

  first->mutable_batch_normalization();
  ForEachKind(*full.mutable_optimizer(), [&] {
    SetAll(*first->mutable_batch_normalization());
    ExpectEveryFieldCounts(full);
  });
  // An activation may not come first: it goes in the middle.
  v1::Layer* middle = full.mutable_model()->add_layers();
  full.mutable_model()->mutable_layers()->SwapElements(2, 3);
  full.mutable_model()->mutable_layers()->SwapElements(1, 2);
  middle = full.mutable_model()->mutable_layers(1);
  middle->set_name("middle");
  SetAll(*full.mutable_model()->mutable_layers(0)->mutable_dense());
  ForEachKind(*middle, [&] {
    if (middle->has_activation()) middle->mutable_activation()->set_function(v1::Activation::RELU);
    ExpectEveryFieldCounts(full);
  });
}

TEST(TrainingSpec, WhatTheEngineCannotSayIsNamed) {
  EXPECT_THAT(FaultyFields(v1::TrainingSpec()),
              ElementsAre("spec.model", "spec.loss", "spec.optimizer", "spec.epochs"));
  v1::TrainingSpec spec = Digits();
  spec.mutable_model()->mutable_layers(3)->mutable_dense()->set_units(-1);
  spec.mutable_model()->mutable_layers(1)->clear_kind();
  spec.mutable_model()->mutable_layers(2)->mutable_activation()->set_function(v1::Activation::FUNCTION_UNSPECIFIED);
  spec.mutable_model()->mutable_layers(7)->mutable_activation()->set_function(static_cast<v1::Activation::Function>(9));
  spec.mutable_model()->mutable_layers(0)->mutable_dense()->mutable_kernel_initializer()->set_kind(
      static_cast<v1::Initializer::Kind>(77));
  spec.set_metrics(0, static_cast<v1::TrainingSpec::Metric>(5));
  spec.set_validation_rows(static_cast<v1::TrainingSpec::ValidationRows>(-4));
  spec.set_batch_size(-2);
  EXPECT_THAT(
      FaultyFields(spec),
      ElementsAre("spec.model.layers[0].dense.kernel_initializer.kind", "spec.model.layers[1]",
                  "spec.model.layers[2].activation.function", "spec.model.layers[7].activation.function",
                  "spec.metrics[0]", "spec.validation_rows", "spec.model.layers[3].dense.units", "spec.batch_size"));
  EXPECT_THAT(DetailsOf(FromProto(spec).status()).violations[0].description, HasSubstr("77"));
}

TEST(TrainingSpec, AMillionLayersAreOneFault) {
  v1::TrainingSpec spec = Digits();
  for (int i = 0; i < 1'000'000; ++i) spec.mutable_model()->add_layers();
  EXPECT_THAT(FaultyFields(spec), ElementsAre("spec.model.layers"));
}

TEST(TrainingSpec, IsCheckedAgainstTheDataset) {
  const engine::TrainingSpec spec = *FromProto(Digits());
  DatasetRecord dataset;
  dataset.id = "digits";
  dataset.rows = 100;
  dataset.features = 64;
  dataset.class_names.resize(10);
  EXPECT_TRUE(CheckFits(spec, dataset).ok());

  dataset.class_names.resize(9);
  const absl::Status width = CheckFits(spec, dataset);
  EXPECT_TRUE(absl::IsInvalidArgument(width));
  EXPECT_EQ(DetailsOf(width).violations[0].field, "spec.model.layers[6].dense.units");

  dataset.task = Task::kRegression;
  dataset.class_names.clear();
  const absl::Status numbers = CheckFits(spec, dataset);
  EXPECT_TRUE(absl::IsFailedPrecondition(numbers)) << numbers;
  EXPECT_EQ(DetailsOf(numbers).reason, "DATASET_DOES_NOT_FIT");
  EXPECT_EQ(DetailsOf(numbers).metadata.at("dataset"), "datasets/digits");
  EXPECT_THAT(std::string(numbers.message()), HasSubstr("spec.metrics[0]"));
}

TEST(TrainingSpec, StoredTextThatIsNoSpecIsDataLoss) {
  for (const char* bad : {"", "{", "{\"epoch\": 1}", "{}"})
    EXPECT_TRUE(absl::IsDataLoss(SpecFromJson(bad).status())) << bad;
}

}  // namespace
}  // namespace traind
