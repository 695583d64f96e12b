// Random numbers for the values of a batch.
#ifndef TRAIND_ENGINE_LAYERS_STEP_RANDOM_H_
#define TRAIND_ENGINE_LAYERS_STEP_RANDOM_H_

#include <array>
#include <cstdint>

#include "engine/core/random.h"
#include "engine/layers/layer.h"

namespace traind::engine {

// Uniform over all 32-bit values.
using RandomChunk = std::array<uint32_t, 1024>;

// Chunk number `chunk` of what `layer` draws in one step. It depends on nothing but the arguments: neither on threads
// nor on what was drawn before, so a run that continues at a step draws what it would have drawn. Philox4x32-10, as
// Random, but many blocks at a time.
void DrawChunk(const StepClock& clock, RandomUse use, uint32_t layer, int64_t chunk, RandomChunk& bits);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_STEP_RANDOM_H_
