// What to train and how, as plain values: the engine's form of a user's spec. Field names, defaults and meanings are
// those of proto/traind/v1/training_spec.proto, which are Keras's. The kinds of layers, losses, optimizers, schedules
// and metrics are registered in layers/layer_spec.h, losses/loss_spec.h, optimizers/optimizer_spec.h,
// optimizers/schedule_spec.h and metrics/metric.h.
#ifndef TRAIND_ENGINE_TRAINING_SPEC_H_
#define TRAIND_ENGINE_TRAINING_SPEC_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/fields.h"
#include "engine/core/precision.h"
#include "engine/data/preprocessing_spec.h"
#include "engine/data/split.h"
#include "engine/layers/layer_spec.h"
#include "engine/losses/loss_spec.h"
#include "engine/metrics/metric.h"
#include "engine/metrics/monitor.h"
#include "engine/optimizers/optimizer_spec.h"

namespace traind::engine {

// What a spec may ask for at most; the ranges in training_spec.proto say the same.
inline constexpr int64_t kMaxLayers = 1'000;
inline constexpr int64_t kMaxDepth = 16;  // residuals in residuals; protobuf reads back JSON at most 100 levels deep
inline constexpr int64_t kMaxEpochs = 100'000;
inline constexpr int64_t kMaxBatchSize = 65'536;
inline constexpr int64_t kMaxMetrics = 100;
inline constexpr int64_t kMaxThreads = 1'024;

constexpr auto NamesOf(ValidationRows) {
  return std::to_array<EnumName<ValidationRows>>({{ValidationRows::kRandom, "RANDOM"},
                                                  {ValidationRows::kStratified, "STRATIFIED"},
                                                  {ValidationRows::kLast, "LAST"}});
}

// A stack of layers; each takes what the one before it gives.
struct ModelSpec {
  std::vector<LayerSpec> layers = {};

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("layers", self.layers, WholeRange{1, kMaxLayers});
  }
};

// Ends the training when `monitor` has not become better by more than `min_delta` for `patience` epochs, as Keras's
// EarlyStopping does.
struct EarlyStoppingSpec {
  std::string monitor = "val_loss";  // a figure that epochs report
  double min_delta = 0.0;
  int64_t patience = 0;
  MonitorMode mode = MonitorMode::kAuto;
  bool restore_best_weights = false;  // keeps the best epoch's weights, whether or not it stops early

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("monitor", self.monitor);
    visit("min_delta", self.min_delta, Between(0, 1e30));
    visit("patience", self.patience, WholeRange{0, kMaxEpochs});
    visit("mode", self.mode);
    visit("restore_best_weights", self.restore_best_weights);
  }
};

// Keeps the weights of the epoch whose `monitor` was best, as Keras's ModelCheckpoint with save_best_only.
struct KeepBestSpec {
  std::string monitor = "val_loss";
  MonitorMode mode = MonitorMode::kAuto;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("monitor", self.monitor);
    visit("mode", self.mode);
  }
};

// How often whoever runs a training saves its state; the trainer does not look at it. At most one is set.
struct CheckpointSpec {
  std::optional<int64_t> every_steps = {};
  std::optional<double> every_seconds = {};
  std::optional<int64_t> every_epochs = {};

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("every_steps", self.every_steps, WholeRange{1, 1'000'000'000'000});
    visit("every_seconds", self.every_seconds, AboveZero(1e9));
    visit("every_epochs", self.every_epochs, WholeRange{1, kMaxEpochs});
  }
};

// A network, a loss, an optimizer and how long to train.
struct TrainingSpec {
  PreprocessingSpec preprocessing = {};
  ModelSpec model = {};
  LossSpec loss = {};
  OptimizerSpec optimizer = {};
  std::vector<Metric> metrics = {};
  int64_t top_k = 5;  // of Metric::kTopKAccuracy
  int64_t epochs = 0;
  int64_t batch_size = 32;
  int64_t gradient_accumulation_steps = 1;
  uint64_t seed = 0;
  double validation_split = 0.0;
  ValidationRows validation_rows = ValidationRows::kRandom;
  bool shuffle = true;
  Precision precision = Precision::kFloat32;
  std::map<std::string, double> class_weight = {};  // by the name of the class; the others weigh 1
  std::optional<EarlyStoppingSpec> early_stopping = {};
  std::optional<KeepBestSpec> keep_best = {};
  std::optional<double> max_train_seconds = {};
  std::optional<int64_t> max_steps = {};
  int64_t threads = 0;   // 0: to be chosen, see thread_choice.h
  bool profile = false;  // see step_profile.h
  CheckpointSpec checkpoint = {};

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("preprocessing", self.preprocessing);
    visit("model", self.model, Required());
    visit("loss", self.loss, Required());
    visit("optimizer", self.optimizer, Required());
    visit("metrics", self.metrics, WholeRange{0, kMaxMetrics});
    visit("top_k", self.top_k, WholeRange{1, kMaxUnits});
    visit("epochs", self.epochs, WholeRange{1, kMaxEpochs});
    visit("batch_size", self.batch_size, WholeRange{1, kMaxBatchSize});
    visit("gradient_accumulation_steps", self.gradient_accumulation_steps, WholeRange{1, 1'000'000});
    visit("seed", self.seed);
    visit("validation_split", self.validation_split, Share());
    visit("validation_rows", self.validation_rows);
    visit("shuffle", self.shuffle);
    visit("precision", self.precision);
    visit("class_weight", self.class_weight, Between(0, 1e6));
    visit("early_stopping", self.early_stopping);
    visit("keep_best", self.keep_best);
    visit("max_train_seconds", self.max_train_seconds, AboveZero(1e9));
    visit("max_steps", self.max_steps, WholeRange{1, 1'000'000'000'000});
    visit("threads", self.threads, WholeRange{0, kMaxThreads});
    visit("profile", self.profile);
    visit("checkpoint", self.checkpoint);
  }
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_SPEC_H_
