// What to train and how, as plain values: the engine's form of a user's spec. Field names, defaults and meanings are
// those of proto/traind/v1/training_spec.proto, which are Keras's.
#ifndef TRAIND_ENGINE_TRAINING_SPEC_H_
#define TRAIND_ENGINE_TRAINING_SPEC_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/data/split.h"
#include "engine/layers/initializer.h"

namespace traind::engine {

// A fully connected layer: outputs = inputs x kernel + bias.
struct DenseSpec {
  int64_t units = 0;
  bool use_bias = true;
  Initializer kernel_initializer = Initializer::kGlorotUniform;
  Initializer bias_initializer = Initializer::kZeros;
};

// Batch normalization (Ioffe and Szegedy 2015) over the rows of a batch.
struct BatchNormalizationSpec {
  double momentum = 0.99;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
};

enum class ActivationFunction { kRelu, kSoftmax };

// A function of each value (relu) or each row (softmax).
struct ActivationSpec {
  ActivationFunction function = ActivationFunction::kRelu;
};

// One layer. `name` prefixes its weights in exports; DefaultLayerNames (layer_names.h) fills empty ones.
struct LayerSpec {
  std::string name;
  std::variant<DenseSpec, BatchNormalizationSpec, ActivationSpec> kind;
};

// A stack of layers; each takes what the one before it gives.
struct ModelSpec {
  std::vector<LayerSpec> layers;
};

// Mean over rows of -log(softmax(logits)[label]).
struct CategoricalCrossentropySpec {};

using LossSpec = std::variant<CategoricalCrossentropySpec>;

// Stochastic gradient descent with momentum.
struct SgdSpec {
  double learning_rate = 0.01;
  double momentum = 0.0;
};

// Adam (Kingma and Ba 2015) in Keras's form.
struct AdamSpec {
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
};

using OptimizerSpec = std::variant<SgdSpec, AdamSpec>;

enum class Metric { kAccuracy };

// A network, a loss, an optimizer and how long to train.
struct TrainingSpec {
  ModelSpec model;
  LossSpec loss;
  OptimizerSpec optimizer;
  std::vector<Metric> metrics;
  int64_t epochs = 0;
  int64_t batch_size = 32;
  uint64_t seed = 0;
  double validation_split = 0.0;
  ValidationRows validation_rows = ValidationRows::kRandom;
  bool shuffle = true;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_SPEC_H_
