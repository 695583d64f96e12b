#include "engine/training/named_weights.h"

#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/formats/safetensors.h"

namespace traind::engine {
namespace {

absl::Status CheckFits(const NamedTensor& tensor, const WeightDefinition& definition) {
  if (tensor.name != definition.name) {
    return absl::InvalidArgumentError(
        absl::StrCat("the network has weight '", definition.name, "' where '", tensor.name, "' is given"));
  }
  if (tensor.shape != definition.shape || static_cast<int64_t>(tensor.values.size()) != definition.size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "weight '", tensor.name, "' has shape [", absl::StrJoin(tensor.shape, ", "), "] and ", tensor.values.size(),
        " values; the network's has shape [", absl::StrJoin(definition.shape, ", "), "]"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<NamedTensor>> ExportNamedWeights(const Weights& weights) {
  std::vector<NamedTensor> tensors;
  for (std::size_t i = 0; i < weights.definitions().size(); ++i) {
    const WeightDefinition& definition = weights.definitions()[i];
    NamedTensor tensor{definition.name, definition.shape, std::vector<float>(definition.size())};
    if (absl::Status status = weights.Read(i, tensor.values); !status.ok()) return status;
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

absl::Status WriteSafetensors(const std::vector<NamedTensor>& others, Weights& weights,
                              absl::FunctionRef<absl::Status(std::string_view)> sink) {
  std::vector<NamedTensor> outlines = others;
  for (const WeightDefinition& definition : weights.definitions()) {
    outlines.push_back({definition.name, definition.shape, {}});
  }
  if (absl::Status status = sink(SafetensorsHeader(outlines)); !status.ok()) return status;
  const auto write = [&](std::span<const float> values) {
    return sink({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  };
  for (const NamedTensor& other : others) {
    if (absl::Status status = write(other.values); !status.ok()) return status;
  }
  return weights.ReadEach(write);
}

absl::Status ImportNamedWeights(const std::vector<NamedTensor>& tensors, Weights& weights) {
  const auto& definitions = weights.definitions();
  if (tensors.size() != definitions.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the network has ", definitions.size(), " weights, ", tensors.size(), " are given"));
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (absl::Status status = CheckFits(tensors[i], definitions[i]); !status.ok()) return status;
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (absl::Status status = weights.Write(i, tensors[i].values); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace traind::engine
