// The optimizers that training can use: each is registered here.
#ifndef TRAIND_ENGINE_OPTIMIZERS_OPTIMIZER_SPEC_H_
#define TRAIND_ENGINE_OPTIMIZERS_OPTIMIZER_SPEC_H_

#include <optional>
#include <variant>

#include "engine/core/fields.h"
#include "engine/optimizers/adagrad.h"
#include "engine/optimizers/adam.h"
#include "engine/optimizers/adamw.h"
#include "engine/optimizers/lion.h"
#include "engine/optimizers/nadam.h"
#include "engine/optimizers/rmsprop.h"
#include "engine/optimizers/schedule_spec.h"
#include "engine/optimizers/sgd.h"

namespace traind::engine {

// Beside its fields, of which `learning_rate` is one, a kind has:
//   static constexpr double kWeightDecay;                           where the spec says none
//   int64_t slots() const;                                          arrays as long as the weights that it keeps
//   std::unique_ptr<Optimizer> Make(int64_t size) const;            for `size` weights
using OptimizerKind = std::variant<SgdSpec, AdamSpec, AdamWSpec, NadamSpec, RmspropSpec, AdagradSpec, LionSpec>;

// An optimizer, and what is done to gradients before it and to weights after it, with Keras's names and in Keras's
// order: the gradient, penalties of regularizers included, is clipped, the weights decay, the optimizer moves them, and
// the average follows them.
struct OptimizerSpec {
  OptimizerKind kind = {};

  // Decoupled (Loshchilov and Hutter 2019): every weight loses learning_rate * weight_decay of itself a step.
  std::optional<double> weight_decay = {};

  // At most one of these. Each gradient is cut to [-clipvalue, clipvalue]; or that of each weight (kernel, bias, ...)
  // is scaled down to a Euclidean norm of clipnorm; or all of them together, to global_clipnorm.
  std::optional<double> clipvalue = {};
  std::optional<double> clipnorm = {};
  std::optional<double> global_clipnorm = {};

  // Exponential moving average of the weights: it is what is validated and kept. After the first step it is the
  // weights, then average = ema_momentum * average + (1 - ema_momentum) * weights. Moving statistics are left as they
  // are, as in Keras.
  std::optional<double> ema_momentum = {};

  ScheduleSpec learning_rate_schedule = {};

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit.OneOf(self.kind, Required());
    visit("weight_decay", self.weight_decay, Between(0, 1'000));
    visit("clipvalue", self.clipvalue, AboveZero(1e30));
    visit("clipnorm", self.clipnorm, AboveZero(1e30));
    visit("global_clipnorm", self.global_clipnorm, AboveZero(1e30));
    visit("ema_momentum", self.ema_momentum, Share());
    visit("learning_rate_schedule", self.learning_rate_schedule);
  }

  double learning_rate() const {
    return std::visit([](const auto& optimizer) { return optimizer.learning_rate; }, kind);
  }
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_OPTIMIZER_SPEC_H_
