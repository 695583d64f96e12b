// A weight outside a network: a name, a shape, and its values in plain row-major order.
#ifndef TRAIND_ENGINE_FORMATS_NAMED_TENSOR_H_
#define TRAIND_ENGINE_FORMATS_NAMED_TENSOR_H_

#include <cstdint>
#include <string>
#include <vector>

namespace traind::engine {

// Names and shapes are those of a PyTorch state dict, with the layer's name as prefix: `dense_1.weight` is
// [units, inputs], `dense_1.bias` [units]; `batch_normalization_1.weight` is gamma, `.bias` beta, `.running_mean` and
// `.running_var` the moving statistics, each [width].
struct NamedTensor {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;

  friend bool operator==(const NamedTensor&, const NamedTensor&) = default;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_FORMATS_NAMED_TENSOR_H_
