// How weights start.
#ifndef TRAIND_ENGINE_LAYERS_INITIALIZER_H_
#define TRAIND_ENGINE_LAYERS_INITIALIZER_H_

#include <cstdint>
#include <span>

namespace traind::engine {

class Random;

// Glorot and Bengio 2010, He et al. 2015, as Keras has them: a uniform one draws from [-a, a] with a = sqrt(3 v), a
// normal one from a normal distribution cut at two deviations and rescaled to variance v, where v is
// 2 / (fan_in + fan_out) for Glorot and 2 / fan_in for He.
enum class Initializer { kGlorotUniform, kGlorotNormal, kHeUniform, kHeNormal, kZeros, kOnes };

// Fills `values`, drawing in order from `random`.
void Initialize(Initializer initializer, int64_t fan_in, int64_t fan_out, Random& random, std::span<float> values);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_INITIALIZER_H_
