#include "engine/training/fitted_tensors.h"

#include <array>
#include <string>
#include <utility>

namespace traind::engine {
namespace {

struct Part {
  const char* name;
  std::vector<float> FittedPreprocessing::*values;
};
constexpr auto kParts =
    std::to_array<Part>({{"preprocessing/fill", &FittedPreprocessing::fill},
                         {"preprocessing/shift", &FittedPreprocessing::shift},
                         {"preprocessing/scale", &FittedPreprocessing::scale},
                         {"preprocessing/seen", &FittedPreprocessing::seen},
                         {"preprocessing/target_mean", &FittedPreprocessing::target_mean},
                         {"preprocessing/target_deviation", &FittedPreprocessing::target_deviation}});

}  // namespace

std::vector<NamedTensor> FittedTensors(const FittedPreprocessing& fitted) {
  std::vector<NamedTensor> tensors;
  for (const Part& part : kParts) {
    const std::vector<float>& values = fitted.*part.values;
    if (!values.empty()) tensors.push_back({part.name, {static_cast<int64_t>(values.size())}, values});
  }
  return tensors;
}

FittedPreprocessing TakeFitted(std::vector<NamedTensor>& tensors) {
  FittedPreprocessing fitted;
  std::erase_if(tensors, [&](NamedTensor& tensor) {
    for (const Part& part : kParts) {
      if (tensor.name != part.name) continue;
      fitted.*part.values = std::move(tensor.values);
      return true;
    }
    return false;
  });
  return fitted;
}

}  // namespace traind::engine
