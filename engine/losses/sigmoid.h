// A probability from its logit, in the forms that losses need.
#ifndef TRAIND_ENGINE_LOSSES_SIGMOID_H_
#define TRAIND_ENGINE_LOSSES_SIGMOID_H_

#include <algorithm>
#include <cmath>

namespace traind::engine {

// Nothing here overflows, or loses the digits of what is near 0, for any finite logit. The exponential is taken in
// float32, to its 7 digits, since that is twice as fast.
struct Sigmoid {
  explicit Sigmoid(float x) : logit(x) {
    const double exponential = std::exp(-std::abs(x));
    divisor = 1 + exponential;
    const double larger = 1 / divisor;
    const double smaller = exponential * larger;
    probability = x < 0 ? smaller : larger;
    complement = x < 0 ? larger : smaller;
  }

  // -z log(sigmoid(x)) - (1 - z) log(1 - sigmoid(x)) = max(x, 0) - x z + log(1 + exp(-|x|)).
  double Crossentropy(double z) const { return std::max(logit, 0.0) - logit * z + std::log(divisor); }

  double logit;
  double divisor;      // 1 + exp(-|logit|)
  double probability;  // sigmoid(logit)
  double complement;   // 1 - sigmoid(logit)
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LOSSES_SIGMOID_H_
