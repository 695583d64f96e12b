#include "engine/training/program.h"

#include <algorithm>
#include <utility>

namespace traind::engine {
namespace {

int64_t WorkspaceFloats(const Layer& network, int64_t rows, bool with_gradients) {
  const int64_t inference = network.workspace({.rows = rows, .training = false});
  if (!with_gradients) return inference;
  return std::max(inference, network.workspace({.rows = rows, .training = true}));
}

}  // namespace

Activations::Activations(const Layer& network, int64_t rows, bool with_gradients)
    : workspace_(WorkspaceFloats(network, rows, with_gradients)),
      outputs_(rows * network.outputs()),
      output_gradient_(with_gradients ? rows * network.outputs() : 0) {}

int64_t Activations::floats(const Layer& network, int64_t rows, bool with_gradients) {
  return WorkspaceFloats(network, rows, with_gradients) + (with_gradients ? 2 : 1) * rows * network.outputs();
}

absl::StatusOr<Program> Program::Compile(const Parts& parts, int64_t rows, Mode mode) {
  const bool training = mode == Mode::kTraining;
  Program program;
  program.rows_ = rows;
  program.outputs_ = parts.activations.outputs();
  program.output_gradient_ = training ? parts.activations.output_gradient() : nullptr;
  auto compiled =
      parts.network.Compile({.rows = rows, .training = training}, {.context = parts.context,
                                                                   .clock = parts.clock,
                                                                   .weights = parts.weights.views(),
                                                                   .workspace = parts.activations.workspace(),
                                                                   .input = parts.input,
                                                                   .output = parts.activations.outputs(),
                                                                   .output_gradient = program.output_gradient_});
  if (!compiled.ok()) return compiled.status();
  program.network_ = *std::move(compiled);
  return program;
}

}  // namespace traind::engine
