// Which class a prediction means.
#ifndef TRAIND_ENGINE_METRICS_PREDICTED_CLASS_H_
#define TRAIND_ENGINE_METRICS_PREDICTED_CLASS_H_

#include <algorithm>
#include <cstdint>

namespace traind::engine {

// Of one prediction a class the largest, the first of equal ones; of a single prediction class 1 if it is above
// `threshold`, else class 0.
inline int64_t PredictedClass(int64_t width, float threshold, const float* predictions) {
  if (width == 1) return predictions[0] > threshold ? 1 : 0;
  return std::max_element(predictions, predictions + width) - predictions;
}

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_PREDICTED_CLASS_H_
