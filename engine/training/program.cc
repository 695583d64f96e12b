#include "engine/training/program.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace traind::engine {

Activations::Activations(const Network& network, int64_t rows, bool with_gradients) {
  std::array<int64_t, 2> gradient_sizes = {};
  for (const NetworkLayer& layer : network.layers) {
    const int64_t size = rows * layer.layer->outputs();
    int64_t& gradient_size = gradient_sizes[outputs_.size() % gradient_sizes.size()];
    gradient_size = std::max(gradient_size, size);
    outputs_.emplace_back(size);
  }
  if (with_gradients) gradients_ = {AlignedBuffer(gradient_sizes[0]), AlignedBuffer(gradient_sizes[1])};
}

absl::StatusOr<Program> Program::Compile(const OpContext& context, const Network& network, const Weights& weights,
                                         const Activations& activations, const float* input, int64_t rows, Mode mode) {
  Program program;
  program.rows_ = rows;
  const bool training = mode == Mode::kTraining;
  std::size_t first_weight = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = *network.layers[i].layer;
    const std::size_t weight_count = layer.weights().size();
    auto compiled = layer.Compile({.context = context,
                                   .rows = rows,
                                   .training = training,
                                   .weights = weights.views().subspan(first_weight, weight_count),
                                   .input = i == 0 ? input : activations.output(i - 1),
                                   .output = activations.output(i),
                                   .output_gradient = training ? activations.output_gradient(i) : nullptr,
                                   .input_gradient = training && i > 0 ? activations.output_gradient(i - 1) : nullptr});
    if (!compiled.ok()) return compiled.status();
    program.layers_.push_back(*std::move(compiled));
    first_weight += weight_count;
  }
  const std::size_t last = network.layers.size() - 1;
  program.outputs_ = activations.output(last);
  if (training) program.output_gradient_ = activations.output_gradient(last);
  return program;
}

absl::Status Program::Forward() {
  for (const auto& layer : layers_) {
    if (absl::Status status = layer->Forward(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Program::Backward() {
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    if (absl::Status status = (*layer)->Backward(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

std::vector<std::string> Program::implementations() const {
  std::vector<std::string> names;
  for (const auto& layer : layers_) std::ranges::move(layer->implementations(), std::back_inserter(names));
  return names;
}

}  // namespace traind::engine
