#include "server/convert/training_spec_proto.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/training/validate.h"

namespace traind {
namespace {

constexpr int kMaxMetrics = 100;

// The values of an enum that this version knows.
template <typename Wire, typename Plain>
struct EnumPair {
  Wire wire;
  Plain plain;
};
constexpr EnumPair<v1::Initializer::Kind, engine::Initializer> kInitializers[] = {
    {v1::Initializer::GLOROT_UNIFORM, engine::Initializer::kGlorotUniform},
    {v1::Initializer::GLOROT_NORMAL, engine::Initializer::kGlorotNormal},
    {v1::Initializer::HE_UNIFORM, engine::Initializer::kHeUniform},
    {v1::Initializer::HE_NORMAL, engine::Initializer::kHeNormal},
    {v1::Initializer::ZEROS, engine::Initializer::kZeros},
    {v1::Initializer::ONES, engine::Initializer::kOnes},
};
constexpr EnumPair<v1::Activation::Function, engine::ActivationFunction> kFunctions[] = {
    {v1::Activation::RELU, engine::ActivationFunction::kRelu},
    {v1::Activation::SOFTMAX, engine::ActivationFunction::kSoftmax},
};
constexpr EnumPair<v1::TrainingSpec::Metric, engine::Metric> kMetrics[] = {
    {v1::TrainingSpec::ACCURACY, engine::Metric::kAccuracy},
};
constexpr EnumPair<v1::TrainingSpec::ValidationRows, engine::ValidationRows> kValidationRows[] = {
    {v1::TrainingSpec::RANDOM, engine::ValidationRows::kRandom},
    {v1::TrainingSpec::STRATIFIED, engine::ValidationRows::kStratified},
    {v1::TrainingSpec::LAST, engine::ValidationRows::kLast},
};

class Translation {
 public:
  explicit Translation(std::vector<FieldViolation>& faults) : faults_(faults) {}

  engine::TrainingSpec Spec(const v1::TrainingSpec& spec) {
    engine::TrainingSpec result;
    if (spec.has_model()) {
      result.model = Model(spec.model());
    } else {
      Fault("spec.model", "is missing; it must list the layers of the network");
    }
    if (!spec.loss().has_categorical_crossentropy()) {
      Fault("spec.loss", "is missing or not known to this server; it must be {\"categorical_crossentropy\": {}}");
    }
    result.optimizer = Optimizer(spec.optimizer());
    if (spec.metrics_size() > kMaxMetrics) {
      Fault("spec.metrics", absl::StrCat("has ", spec.metrics_size(), " entries; it can only be [\"ACCURACY\"]"));
    } else {
      for (int i = 0; i < spec.metrics_size(); ++i) {
        result.metrics.push_back(
            Enum(spec.metrics(i), kMetrics, engine::Metric::kAccuracy, absl::StrCat("spec.metrics[", i, "]")));
      }
    }
    result.epochs = spec.epochs();
    if (spec.has_batch_size()) result.batch_size = spec.batch_size();
    result.seed = static_cast<uint64_t>(spec.seed());
    result.validation_split = spec.validation_split();
    if (spec.validation_rows() != v1::TrainingSpec::VALIDATION_ROWS_UNSPECIFIED) {
      result.validation_rows =
          Enum(spec.validation_rows(), kValidationRows, result.validation_rows, "spec.validation_rows");
    }
    if (spec.has_shuffle()) result.shuffle = spec.shuffle();
    return result;
  }

 private:
  void Fault(std::string field, std::string description) {
    faults_.push_back({std::move(field), std::move(description)});
  }

  template <typename Wire, typename Plain, size_t size>
  Plain Enum(int value, const EnumPair<Wire, Plain> (&pairs)[size], Plain stand_in, std::string field) {
    std::string names;
    for (const auto& pair : pairs) {
      if (static_cast<int>(pair.wire) == value) return pair.plain;
      absl::StrAppend(&names, names.empty() ? "" : ", ", NameOf(pair.wire));
    }
    Fault(std::move(field), value == 0 ? absl::StrCat("is missing; it must be one of ", names)
                                       : absl::StrCat(value, " is not known; it must be one of ", names));
    return stand_in;
  }
  static const std::string& NameOf(v1::Initializer::Kind value) { return v1::Initializer::Kind_Name(value); }
  static const std::string& NameOf(v1::Activation::Function value) { return v1::Activation::Function_Name(value); }
  static const std::string& NameOf(v1::TrainingSpec::Metric value) { return v1::TrainingSpec::Metric_Name(value); }
  static const std::string& NameOf(v1::TrainingSpec::ValidationRows value) {
    return v1::TrainingSpec::ValidationRows_Name(value);
  }

  engine::ModelSpec Model(const v1::ModelSpec& model) {
    engine::ModelSpec result;
    if (model.layers_size() > engine::kMaxLayers) {
      Fault("spec.model.layers",
            absl::StrCat("has ", model.layers_size(), " layers; it must have 1 to ", engine::kMaxLayers));
      return result;
    }
    for (int i = 0; i < model.layers_size(); ++i) {
      const bool last = i + 1 == model.layers_size();
      result.layers.push_back(Layer(model.layers(i), last, absl::StrCat("spec.model.layers[", i, "]")));
    }
    return result;
  }

  engine::LayerSpec Layer(const v1::Layer& layer, bool last, const std::string& path) {
    engine::LayerSpec result;
    result.name = layer.name();
    if (layer.has_dense()) {
      result.kind = Dense(layer.dense(), path + ".dense");
    } else if (layer.has_batch_normalization()) {
      result.kind = BatchNormalization(layer.batch_normalization());
    } else if (layer.has_activation()) {
      result.kind =
          engine::ActivationSpec{Enum(layer.activation().function(), kFunctions,
                                      last ? engine::ActivationFunction::kSoftmax : engine::ActivationFunction::kRelu,
                                      path + ".activation.function")};
    } else {
      Fault(path, "has no kind known to this server; it must be one of dense, batch_normalization, activation");
      result.kind = engine::DenseSpec{.units = 1};
    }
    return result;
  }

  engine::DenseSpec Dense(const v1::Dense& dense, const std::string& path) {
    engine::DenseSpec result;
    result.units = dense.units();
    if (dense.has_use_bias()) result.use_bias = dense.use_bias();
    SetInitializer(dense.kernel_initializer(), path + ".kernel_initializer.kind", result.kernel_initializer);
    SetInitializer(dense.bias_initializer(), path + ".bias_initializer.kind", result.bias_initializer);
    return result;
  }

  void SetInitializer(const v1::Initializer& initializer, std::string path, engine::Initializer& result) {
    if (initializer.kind() == v1::Initializer::KIND_UNSPECIFIED) return;
    result = Enum(initializer.kind(), kInitializers, result, std::move(path));
  }

  static engine::BatchNormalizationSpec BatchNormalization(const v1::BatchNormalization& normalization) {
    engine::BatchNormalizationSpec result;
    if (normalization.has_momentum()) result.momentum = normalization.momentum();
    if (normalization.has_epsilon()) result.epsilon = normalization.epsilon();
    if (normalization.has_center()) result.center = normalization.center();
    if (normalization.has_scale()) result.scale = normalization.scale();
    return result;
  }

  engine::OptimizerSpec Optimizer(const v1::Optimizer& optimizer) {
    if (optimizer.has_sgd()) {
      engine::SgdSpec sgd;
      if (optimizer.sgd().has_learning_rate()) sgd.learning_rate = optimizer.sgd().learning_rate();
      sgd.momentum = optimizer.sgd().momentum();
      return sgd;
    }
    engine::AdamSpec adam;
    if (!optimizer.has_adam()) {
      Fault("spec.optimizer", "is missing or not known to this server; it must be one of sgd, adam");
      return adam;
    }
    if (optimizer.adam().has_learning_rate()) adam.learning_rate = optimizer.adam().learning_rate();
    if (optimizer.adam().has_beta_1()) adam.beta_1 = optimizer.adam().beta_1();
    if (optimizer.adam().has_beta_2()) adam.beta_2 = optimizer.adam().beta_2();
    if (optimizer.adam().has_epsilon()) adam.epsilon = optimizer.adam().epsilon();
    return adam;
  }

  std::vector<FieldViolation>& faults_;
};

}  // namespace

engine::TrainingSpec TranslateSpec(const v1::TrainingSpec& spec, std::vector<FieldViolation>& faults) {
  return Translation(faults).Spec(spec);
}

}  // namespace traind
