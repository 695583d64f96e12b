#include "engine/training/layer_names.h"

#include <map>
#include <variant>

#include "absl/strings/str_cat.h"

namespace traind::engine {
namespace {

void Name(std::vector<LayerSpec>& layers, std::map<std::string, int>& counts) {
  for (LayerSpec& layer : layers) {
    const std::string kind = std::visit([](const auto& one) { return std::string(one.kName); }, layer.kind);
    const int count = ++counts[kind];
    if (layer.name.empty()) layer.name = absl::StrCat(kind, "_", count);
    if (auto* residual = std::get_if<ResidualSpec>(&layer.kind)) Name(residual->layers, counts);
  }
}

}  // namespace

std::vector<LayerSpec> WithLayerNames(std::vector<LayerSpec> layers) {
  std::map<std::string, int> counts;
  Name(layers, counts);
  return layers;
}

}  // namespace traind::engine
