// How much the loss of a row counts by its class.
#ifndef TRAIND_ENGINE_TRAINING_CLASS_WEIGHTS_H_
#define TRAIND_ENGINE_TRAINING_CLASS_WEIGHTS_H_

#include <vector>

#include "engine/data/dataset_view.h"
#include "engine/training/spec.h"

namespace traind::engine {

// One a class, by its index; none at all if the spec has none.
inline std::vector<float> ClassWeights(const TrainingSpec& spec, const DatasetShape& shape) {
  if (spec.class_weight.empty()) return {};
  std::vector<float> weights(shape.classes, 1.0f);
  const auto indices = ClassIndicesByName(shape);
  for (const auto& [name, weight] : spec.class_weight) weights[indices.at(name)] = static_cast<float>(weight);
  return weights;
}

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_CLASS_WEIGHTS_H_
