#include "engine/training/layer_names.h"

#include <array>

#include "absl/strings/str_cat.h"

namespace traind::engine {

std::vector<std::string> DefaultLayerNames(const ModelSpec& model) {
  constexpr std::array kKinds = {"dense", "batch_normalization", "activation"};
  static_assert(kKinds.size() == std::variant_size_v<decltype(LayerSpec::kind)>);
  std::array<int, kKinds.size()> counts = {};
  std::vector<std::string> names;
  for (const LayerSpec& layer : model.layers) {
    const int count = ++counts[layer.kind.index()];
    names.push_back(layer.name.empty() ? absl::StrCat(kKinds[layer.kind.index()], "_", count) : layer.name);
  }
  return names;
}

}  // namespace traind::engine
