#include "engine/training/check_model.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/layers/stack.h"
#include "engine/training/layer_names.h"

namespace traind::engine {
namespace {

constexpr std::size_t kMaxNameLength = 63;

bool IsName(const std::string& name) {
  return name.size() <= kMaxNameLength && absl::ascii_islower(static_cast<unsigned char>(name[0])) &&
         std::ranges::all_of(name, [](unsigned char letter) {
           return absl::ascii_islower(letter) || absl::ascii_isdigit(letter) || letter == '_';
         });
}

// A layer with its path, the name it was given and the one it has.
struct NamedLayer {
  std::string path;
  std::string given;
  std::string name;
};

void ListLayers(const std::vector<LayerSpec>& given, const std::vector<LayerSpec>& named, const std::string& path,
                std::vector<NamedLayer>& all) {
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string here = absl::StrCat(path, "[", i, "]");
    all.push_back({here, given[i].name, named[i].name});
    if (const auto* residual = std::get_if<ResidualSpec>(&given[i].kind)) {
      ListLayers(residual->layers, std::get<ResidualSpec>(named[i].kind).layers, here + ".residual.layers", all);
    }
  }
}

void CheckNames(const ModelSpec& model, Faults& faults) {
  std::vector<NamedLayer> layers;
  ListLayers(model.layers, WithLayerNames(model.layers), "model.layers", layers);
  std::map<std::string, std::size_t> owners;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const bool is_default = layers[i].given.empty();
    if (!is_default && !IsName(layers[i].name)) {
      faults.Add(layers[i].path + ".name",
                 "must begin with a letter a to z, go on with letters a to z, digits and _, and have at most ",
                 kMaxNameLength, " characters");
      continue;
    }
    const auto [owner, is_new] = owners.try_emplace(layers[i].name, i);
    if (is_new) continue;
    // Where a default name meets one that was chosen, the chosen one is what the user can change.
    const std::size_t blamed = is_default ? owner->second : i;
    const std::size_t other = is_default ? i : owner->second;
    faults.Add(layers[blamed].path + ".name", "is '", layers[i].name, "', which is also the ",
               layers[other].given.empty() ? "default " : "", "name of ", layers[other].path, "; names must be unique");
  }
}

bool HasWeights(const LayerSpec& layer) {
  return std::visit([](const auto& kind) { return kind.Parameters(1) > 0; }, layer.kind);
}

}  // namespace

void CheckModel(const ModelSpec& model, Faults& faults) {
  if (model.layers.empty() || model.layers.size() > static_cast<std::size_t>(kMaxLayers)) return;
  if (const int64_t count = CountLayers(model.layers); count > kMaxLayers) {
    faults.Add("model.layers", "has ", count, " layers, nested ones included; it must have 1 to ", kMaxLayers);
    return;
  }
  if (const int64_t depth = Depth(model.layers); depth > kMaxDepth) {
    faults.Add("model.layers", "has residuals nested ", depth, " deep; it must have at most ", kMaxDepth,
               " within each other");
    return;
  }
  CheckNames(model, faults);
  if (std::holds_alternative<ActivationSpec>(model.layers.front().kind)) {
    faults.Add("model.layers[0]", "is an activation with no layer before it; begin with a dense layer");
  }
  if (!OutputDense(model)) {
    faults.Add("model.layers", "does not end in a dense layer; the last layer with weights must be a dense one");
  }
}

std::optional<std::size_t> OutputDense(const ModelSpec& model) {
  for (std::size_t i = model.layers.size(); i-- > 0;) {
    if (std::holds_alternative<DenseSpec>(model.layers[i].kind)) return i;
    if (HasWeights(model.layers[i])) return std::nullopt;
  }
  return std::nullopt;
}

bool NeedsTwoRows(const std::vector<LayerSpec>& layers) {
  return std::ranges::any_of(layers, [](const LayerSpec& layer) {
    if (const auto* residual = std::get_if<ResidualSpec>(&layer.kind)) return NeedsTwoRows(residual->layers);
    return std::visit(
        [](const auto& kind) {
          return requires { kind.kNeedsTwoRows; };
        },
        layer.kind);
  });
}

}  // namespace traind::engine
