#include "server/convert/training_spec.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <variant>

#include "absl/strings/str_cat.h"
#include "server/convert/field_reader.h"
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
  EXPECT_EQ(std::get<engine::AdamSpec>(spec->optimizer.kind).epsilon, 1e-7);
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
      return reflection->SetBool(&message, field, !field->has_presence());  // those with presence are true by default
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection->SetString(&message, field, "named");
    case FieldDescriptor::CPPTYPE_ENUM: {
      // The last is the default of an embedding.
      const auto* second_last = field->enum_type()->value(field->enum_type()->value_count() - 2);
      return field->is_repeated() ? reflection->AddEnum(&message, field, second_last)
                                  : reflection->SetEnum(&message, field, second_last);
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
    if (field->is_map()) {
      (*static_cast<v1::TrainingSpec&>(message).mutable_class_weight())["first"] = 0.5;
    } else if (field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      SetAll(*message.GetReflection()->AddMessage(&message, field));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      SetAll(*message.GetReflection()->MutableMessage(&message, field));
    } else {
      SetScalar(message, field);
    }
  }
}

// Writes down every field of a spec: equal texts for equal specs.
class Describer {
 public:
  template <typename Spec>
  std::string Describe(const Spec& spec) {
    Spec::VisitFields(spec, *this);
    return text_;
  }

  template <typename Value, typename... Rest>
  void operator()(const char* name, const Value& value, const Rest&... /*range*/) {
    absl::StrAppend(&text_, name, "=", ToText(value), "\n");
  }
  template <typename... Kinds, typename... Rest>
  void OneOf(const std::variant<Kinds...>& kind, Rest... /*required*/) {
    absl::StrAppend(&text_, ToText(kind), "\n");
  }

 private:
  template <typename Value>
  static std::string ToText(const Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      return absl::StrCat(static_cast<int>(value));
    } else if constexpr (std::is_arithmetic_v<Value> || std::is_same_v<Value, std::string>) {
      return absl::StrCat(value);
    } else {
      return absl::StrCat("{", Describer().Describe(value), "}");
    }
  }
  template <typename Value>
  static std::string ToText(const std::optional<Value>& value) {
    return value ? ToText(*value) : "none";
  }
  template <typename Value>
  static std::string ToText(const std::vector<Value>& values) {
    std::string text;
    for (const Value& value : values) absl::StrAppend(&text, ToText(value), ",");
    return text;
  }
  static std::string ToText(const std::map<std::string, double>& values) {
    std::string text;
    for (const auto& [key, value] : values) absl::StrAppend(&text, key, ":", value, ",");
    return text;
  }
  template <typename... Kinds>
  static std::string ToText(const std::variant<Kinds...>& kind) {
    return std::visit([](const auto& one) { return absl::StrCat(one.kName, ToText(one)); }, kind);
  }

  std::string text_;
};

struct Translated {
  engine::TrainingSpec spec;
  std::vector<FieldViolation> faults;
};

Translated Translate(const v1::TrainingSpec& spec) {
  Translated result;
  FieldReader(spec, "spec", result.faults).Read(result.spec);
  return result;
}

// Also of a spec with faults.
std::string DescribeTranslated(const v1::TrainingSpec& spec) {
  const Translated translated = Translate(spec);
  std::string text = Describer().Describe(translated.spec);
  for (const FieldViolation& fault : translated.faults) absl::StrAppend(&text, "\nfault: ", fault.field);
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
  const std::vector<FieldViolation> faults = Translate(spec).faults;
  EXPECT_TRUE(faults.empty()) << faults[0].field << faults[0].description << spec.DebugString();
  EXPECT_TRUE(MessageDifferencer::Equals(spec, *SpecProtoFromJson(SpecToJson(spec))));
  const std::string whole = DescribeTranslated(spec);
  int cleared = 0;
  ForEachCleared(spec, [&](const FieldDescriptor* field) {
    ++cleared;
    EXPECT_NE(DescribeTranslated(spec), whole) << field->full_name() << " makes no difference";
  });
  EXPECT_GE(cleared, 25);
}

// A message with one kind set and all of its fields.
void SetKind(Message& message, const FieldDescriptor* kind) {
  Message& part = *message.GetReflection()->MutableMessage(&message, kind);
  SetAll(part);
  if (const auto* layers = part.GetDescriptor()->FindFieldByName("layers")) {
    auto* nested = static_cast<v1::Layer*>(part.GetReflection()->AddMessage(&part, layers));
    nested->set_name("nested");
    SetAll(*nested->mutable_dense());
  }
}

// Fails if a field or kind is added to the proto and not to the engine's specs.
TEST(TrainingSpec, EveryFieldOfEveryKindCounts) {
  v1::TrainingSpec full;
  SetAll(full);
  v1::Layer& layer = *full.mutable_model()->add_layers();
  layer.set_name("layer");
  auto& schedule = *full.mutable_optimizer()->mutable_learning_rate_schedule();
  auto& column = *full.mutable_preprocessing()->mutable_columns(0);
  for (Message* message :
       std::initializer_list<Message*>{&layer, full.mutable_loss(), full.mutable_optimizer(), &schedule, &column}) {
    SetKind(layer, v1::Layer::descriptor()->FindFieldByName("dense"));
    SetKind(*full.mutable_loss(), v1::Loss::descriptor()->FindFieldByName("categorical_crossentropy"));
    SetKind(*full.mutable_optimizer(), v1::Optimizer::descriptor()->FindFieldByName("adam"));
    SetKind(schedule, v1::LearningRateSchedule::descriptor()->FindFieldByName("step_decay"));
    SetKind(column, v1::ColumnPreprocessing::descriptor()->FindFieldByName("numeric"));
    const auto* kinds = message->GetDescriptor()->FindOneofByName("kind");
    for (int i = 0; i < kinds->field_count(); ++i) {
      SCOPED_TRACE(kinds->field(i)->full_name());
      SetKind(*message, kinds->field(i));
      ExpectEveryFieldCounts(full);
    }
  }
}

// Fails if a field or kind is added to the engine's specs and not to the proto.
class FieldFinder {
 public:
  explicit FieldFinder(const google::protobuf::Descriptor* type) : type_(type) {}

  template <typename Value, typename... Rest>
  void operator()(const char* name, const Value& value, const Rest&... /*range*/) {
    const FieldDescriptor* field = type_->FindFieldByName(name);
    ASSERT_NE(field, nullptr) << type_->full_name() << " has no " << name;
    ++fields_;
    Enter(field, value);
  }
  template <typename... Kinds, typename... Rest>
  void OneOf(const std::variant<Kinds...>& /*kind*/, Rest... /*required*/) {
    (EnterKind<Kinds>(), ...);
  }
  int fields() const { return fields_; }

 private:
  template <typename Kind>
  void EnterKind() {
    const FieldDescriptor* field = type_->FindFieldByName(Kind::kName);
    ASSERT_NE(field, nullptr) << type_->full_name() << " has no " << Kind::kName;
    Enter(field, Kind());
  }
  template <typename Value>
  void Enter(const FieldDescriptor* field, const Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      EXPECT_EQ(field->enum_type()->value_count(), static_cast<int>(NamesOf(value).size()) + 1) << field->full_name();
      for (const auto& known : NamesOf(value)) {
        EXPECT_NE(field->enum_type()->FindValueByName(known.name), nullptr) << field->full_name() << known.name;
      }
    } else if constexpr (requires(FieldFinder & visit) { Value::VisitFields(value, visit); }) {
      FieldFinder inner(field->message_type());
      Value::VisitFields(value, inner);
    }
  }
  template <typename Value>
  void Enter(const FieldDescriptor* field, const std::optional<Value>& /*value*/) {
    Enter(field, Value());
  }
  // A list is entered once; a residual's layers are those of the model.
  template <typename Value>
  void Enter(const FieldDescriptor* field, const std::vector<Value>& /*values*/) {
    if (type_->name() != "Residual") Enter(field, Value());
  }
  template <typename... Kinds>
  void Enter(const FieldDescriptor* field, const std::variant<Kinds...>& kind) {
    FieldFinder(field->message_type()).OneOf(kind);
  }

  const google::protobuf::Descriptor* const type_;
  int fields_ = 0;
};

TEST(TrainingSpec, EveryFieldOfTheEnginesSpecsIsInTheProto) {
  FieldFinder finder(v1::TrainingSpec::descriptor());
  const engine::TrainingSpec spec;
  engine::TrainingSpec::VisitFields(spec, finder);
  EXPECT_EQ(finder.fields(), v1::TrainingSpec::descriptor()->field_count());
}

TEST(TrainingSpec, WhatTheEngineCannotSayIsNamed) {
  EXPECT_THAT(FaultyFields(v1::TrainingSpec()),
              ElementsAre("spec.model", "spec.loss", "spec.optimizer", "spec.epochs"));
  v1::TrainingSpec spec = Digits();
  spec.mutable_model()->mutable_layers(3)->mutable_dense()->set_units(-1);
  spec.mutable_model()->mutable_layers(1)->clear_kind();
  spec.mutable_model()->mutable_layers(2)->mutable_activation()->set_function(v1::Activation::FUNCTION_UNSPECIFIED);
  spec.mutable_model()->mutable_layers(7)->mutable_activation()->set_function(
      static_cast<v1::Activation::Function>(99));
  spec.mutable_model()->mutable_layers(0)->mutable_dense()->mutable_kernel_initializer()->set_kind(
      static_cast<v1::Initializer::Kind>(77));
  spec.set_metrics(0, static_cast<v1::TrainingSpec::Metric>(500));
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
