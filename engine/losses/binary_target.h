// What an output of a loss for two classes should be.
#ifndef TRAIND_ENGINE_LOSSES_BINARY_TARGET_H_
#define TRAIND_ENGINE_LOSSES_BINARY_TARGET_H_

#include <algorithm>
#include <cstdint>

#include "engine/data/batch.h"

namespace traind::engine {

// The probability that output `index` of a batch should give: the class of its row, 0 or 1, where there are classes
// (and one output a row), else its target. A target below 0 counts as 0 and one above 1 as 1: Keras takes those as they
// are, which gives a loss that falls without end. With smoothing s it moves to the middle: s / 2 for 0, 1 - s / 2
// for 1.
inline double BinaryTarget(const Labels& labels, int64_t index, double label_smoothing = 0) {
  const double target = labels.classes != nullptr ? labels.classes[index]
                                                  : std::clamp(static_cast<double>(labels.targets[index]), 0.0, 1.0);
  return target * (1 - label_smoothing) + label_smoothing / 2;
}

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_BINARY_TARGET_H_
