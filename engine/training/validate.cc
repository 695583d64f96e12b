#include "engine/training/validate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/training/layer_names.h"
#include "engine/training/overloaded.h"

namespace traind::engine {
namespace {

constexpr std::size_t kMaxNameLength = 63;

class Faults {
 public:
  template <typename... Parts>
  void Add(std::string field, const Parts&... description) {
    faults_.push_back({std::move(field), absl::StrCat(description...)});
  }

  void CheckWhole(std::string field, int64_t value, int64_t least, int64_t most) {
    if (value < least || value > most) Add(std::move(field), "is ", value, "; it must be ", least, " to ", most);
  }

  // These are written so that NaN fails them.
  void CheckAboveZero(std::string field, double value, double most) {
    if (!(value > 0 && value <= most)) Add(std::move(field), "is ", value, "; it must be above 0 and at most ", most);
  }
  void CheckEpsilon(std::string field, double value) {
    if (!(value >= kMinEpsilon && value <= 1)) {
      Add(std::move(field), "is ", value, "; it must be ", kMinEpsilon, " to 1");
    }
  }
  void CheckShare(std::string field, double value) {
    if (!(value >= 0 && value < 1)) Add(std::move(field), "is ", value, "; it must be at least 0 and below 1");
  }

  bool empty() const { return faults_.empty(); }
  std::vector<Fault> Take() { return std::move(faults_); }

 private:
  std::vector<Fault> faults_;
};

std::string LayerPath(std::size_t index) { return absl::StrCat("model.layers[", index, "]"); }

bool IsSoftmax(const LayerSpec& layer) {
  const auto* activation = std::get_if<ActivationSpec>(&layer.kind);
  return activation != nullptr && activation->function == ActivationFunction::kSoftmax;
}

bool EndsWithSoftmax(const ModelSpec& model) { return !model.layers.empty() && IsSoftmax(model.layers.back()); }

bool HasBatchNormalization(const ModelSpec& model) {
  return std::ranges::any_of(
      model.layers, [](const LayerSpec& layer) { return std::holds_alternative<BatchNormalizationSpec>(layer.kind); });
}

// The last layer with weights, if it is a dense one.
std::optional<std::size_t> OutputDense(const ModelSpec& model) {
  for (std::size_t i = model.layers.size(); i-- > 0;) {
    if (std::holds_alternative<DenseSpec>(model.layers[i].kind)) return i;
    if (std::holds_alternative<BatchNormalizationSpec>(model.layers[i].kind)) return std::nullopt;
  }
  return std::nullopt;
}

bool IsName(const std::string& name) {
  return name.size() <= kMaxNameLength && absl::ascii_islower(static_cast<unsigned char>(name[0])) &&
         std::ranges::all_of(name, [](unsigned char letter) {
           return absl::ascii_islower(letter) || absl::ascii_isdigit(letter) || letter == '_';
         });
}

void CheckInitializer(const std::string& path, Initializer initializer, Faults& faults) {
  const auto value = static_cast<int>(initializer);
  if (value < 0 || value > static_cast<int>(Initializer::kOnes)) faults.Add(path, "is no known initializer");
}

void CheckLayer(const ModelSpec& model, std::size_t index, Faults& faults) {
  const std::string path = LayerPath(index);
  std::visit(Overloaded{[&](const DenseSpec& dense) {
                          faults.CheckWhole(path + ".dense.units", dense.units, 1, kMaxUnits);
                          CheckInitializer(path + ".dense.kernel_initializer", dense.kernel_initializer, faults);
                          CheckInitializer(path + ".dense.bias_initializer", dense.bias_initializer, faults);
                        },
                        [&](const BatchNormalizationSpec& normalization) {
                          faults.CheckShare(path + ".batch_normalization.momentum", normalization.momentum);
                          faults.CheckEpsilon(path + ".batch_normalization.epsilon", normalization.epsilon);
                        },
                        [&](const ActivationSpec& activation) {
                          const std::string field = path + ".activation.function";
                          if (activation.function != ActivationFunction::kRelu &&
                              activation.function != ActivationFunction::kSoftmax) {
                            faults.Add(field, "is no known function; it must be RELU or SOFTMAX");
                          } else if (index == 0) {
                            faults.Add(path, "is an activation with no layer before it; begin with a dense layer");
                          } else if (IsSoftmax(model.layers[index]) && index + 1 < model.layers.size()) {
                            faults.Add(field, "is SOFTMAX in layer ", index + 1, " of ", model.layers.size(),
                                       "; only the last layer can be SOFTMAX");
                          }
                        }},
             model.layers[index].kind);
}

void CheckNames(const ModelSpec& model, Faults& faults) {
  const std::vector<std::string> names = DefaultLayerNames(model);
  absl::flat_hash_map<std::string, std::size_t> owners;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool is_default = model.layers[i].name.empty();
    if (!is_default && !IsName(names[i])) {
      faults.Add(LayerPath(i) + ".name",
                 "must begin with a letter a to z, go on with letters a to z, digits and _, and "
                 "have at most ",
                 kMaxNameLength, " characters");
      continue;
    }
    const auto [owner, is_new] = owners.try_emplace(names[i], i);
    if (is_new) continue;
    // Where a default name meets one that was chosen, the chosen one is what the user can change.
    const std::size_t blamed = is_default ? owner->second : i;
    const std::size_t other = is_default ? i : owner->second;
    faults.Add(LayerPath(blamed) + ".name", "is '", names[i], "', which is also the ",
               model.layers[other].name.empty() ? "default " : "", "name of ", LayerPath(other),
               "; names must be unique");
  }
}

void CheckModel(const ModelSpec& model, Faults& faults) {
  const std::size_t count = model.layers.size();
  if (count < 1 || count > static_cast<std::size_t>(kMaxLayers)) {
    faults.Add("model.layers", "has ", count, " layers; it must have 1 to ", kMaxLayers);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) CheckLayer(model, i, faults);
  CheckNames(model, faults);
  if (!OutputDense(model)) {
    faults.Add("model.layers", "does not end in a dense layer; the last layer with weights must be a dense one");
  }
}

void CheckOptimizer(const OptimizerSpec& optimizer, Faults& faults) {
  std::visit(Overloaded{[&](const SgdSpec& sgd) {
                          faults.CheckAboveZero("optimizer.sgd.learning_rate", sgd.learning_rate, kMaxLearningRate);
                          faults.CheckShare("optimizer.sgd.momentum", sgd.momentum);
                        },
                        [&](const AdamSpec& adam) {
                          faults.CheckAboveZero("optimizer.adam.learning_rate", adam.learning_rate, kMaxLearningRate);
                          faults.CheckShare("optimizer.adam.beta_1", adam.beta_1);
                          faults.CheckShare("optimizer.adam.beta_2", adam.beta_2);
                          faults.CheckEpsilon("optimizer.adam.epsilon", adam.epsilon);
                        }},
             optimizer);
}

std::string MetricPath(std::size_t index) { return absl::StrCat("metrics[", index, "]"); }

void CheckMetrics(const std::vector<Metric>& metrics, Faults& faults) {
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (metrics[i] != Metric::kAccuracy) {
      faults.Add(MetricPath(i), "is no known metric; it must be ACCURACY");
    } else if (i > 0) {
      // With one metric to name, whatever comes after the first repeats it.
      faults.Add(MetricPath(i), "is ACCURACY again; name a metric once");
      return;
    }
  }
}

void CheckSplit(const TrainingSpec& spec, const DatasetShape& shape, Faults& faults) {
  const int64_t training = CountTrainingRows(shape.rows, spec.validation_split);
  const int64_t least = HasBatchNormalization(spec.model) ? 2 : 1;
  if (training < least) {
    faults.Add("validation_split", "is ", spec.validation_split, ", which leaves ", training, " of ", shape.rows,
               " rows to train on; there must be at least ", least,
               least == 2 ? ", since batch normalization needs a variance" : "");
  }
  if (spec.validation_split > 0 && training == shape.rows) {
    faults.Add("validation_split", "is ", spec.validation_split, ", which holds out none of ", shape.rows,
               " rows; make it larger, or 0 to validate on none");
  }
}

}  // namespace

std::vector<Fault> ValidateModel(const ModelSpec& model) {
  Faults faults;
  CheckModel(model, faults);
  return faults.Take();
}

std::vector<Fault> Validate(const TrainingSpec& spec) {
  Faults faults;
  CheckModel(spec.model, faults);
  if (!spec.model.layers.empty() && !EndsWithSoftmax(spec.model)) {
    faults.Add("loss.categorical_crossentropy",
               "needs class probabilities; let the model end with an activation of function SOFTMAX");
  }
  CheckOptimizer(spec.optimizer, faults);
  CheckMetrics(spec.metrics, faults);
  faults.CheckWhole("epochs", spec.epochs, 1, kMaxEpochs);
  faults.CheckWhole("batch_size", spec.batch_size, 1, kMaxBatchSize);
  if (spec.batch_size == 1 && HasBatchNormalization(spec.model)) {
    faults.Add("batch_size", "is 1; with batch normalization it must be at least 2, since one row has no variance");
  }
  faults.CheckShare("validation_split", spec.validation_split);
  if (spec.validation_rows < ValidationRows::kRandom || spec.validation_rows > ValidationRows::kLast) {
    faults.Add("validation_rows", "is no known choice; it must be RANDOM, STRATIFIED or LAST");
  }
  return faults.Take();
}

int64_t CountParameters(const ModelSpec& model, int64_t features) {
  // Models near the limits overflow 64 bits on the way; answers beyond them are cut.
  __extension__ using Wide = __int128;
  Wide parameters = 0;
  Wide width = features;
  for (const LayerSpec& layer : model.layers) {
    if (const auto* dense = std::get_if<DenseSpec>(&layer.kind)) {
      parameters += (width + (dense->use_bias ? 1 : 0)) * dense->units;
      width = dense->units;
    } else if (const auto* normalization = std::get_if<BatchNormalizationSpec>(&layer.kind)) {
      parameters += width * (2 + (normalization->center ? 1 : 0) + (normalization->scale ? 1 : 0));
    }
  }
  return static_cast<int64_t>(std::min<Wide>(parameters, std::numeric_limits<int64_t>::max()));
}

std::vector<Fault> ValidateFor(const TrainingSpec& spec, const DatasetShape& shape) {
  Faults faults;
  if (shape.rows < 1 || shape.features < 1) {
    faults.Add("dataset", "has ", shape.rows, " rows of ", shape.features,
               " features; it must have at least 1 of each");
    return faults.Take();
  }
  if (shape.classes < 1) {
    faults.Add("loss.categorical_crossentropy", "needs a classification dataset; the labels of this one are numbers");
    for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
      if (spec.metrics[i] == Metric::kAccuracy) {
        faults.Add(MetricPath(i), "is ACCURACY, which needs a classification dataset");
      }
    }
    if (spec.validation_rows == ValidationRows::kStratified) {
      faults.Add("validation_rows", "is STRATIFIED, which needs a classification dataset");
    }
  } else if (const std::size_t last = *OutputDense(spec.model);
             std::get<DenseSpec>(spec.model.layers[last].kind).units != shape.classes) {
    faults.Add(LayerPath(last) + ".dense.units", "is ", std::get<DenseSpec>(spec.model.layers[last].kind).units,
               "; as the last dense layer's it must be the dataset's number of classes, ", shape.classes);
  }
  if (const int64_t parameters = CountParameters(spec.model, shape.features); parameters > kMaxParameters) {
    faults.Add("model.layers", "has ", parameters, " parameters on ", shape.features,
               " features; it must have at most ", kMaxParameters);
  }
  CheckSplit(spec, shape, faults);
  return faults.Take();
}

}  // namespace traind::engine
