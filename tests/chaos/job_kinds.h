// The trainings that chaos disturbs, and what they give when nothing does.
#ifndef TRAIND_TESTS_CHAOS_JOB_KINDS_H_
#define TRAIND_TESTS_CHAOS_JOB_KINDS_H_

#include <cstdint>
#include <map>
#include <string>

#include "traind/v1/training_spec.pb.h"

namespace traind::chaos {

inline constexpr uint64_t kJobKinds = 4;

// A training on `datasets/digits` of about a second. Each kind has another state to be saved.
v1::TrainingSpec SpecOf(uint64_t kind);

// The SHA-256 of the weights of every kind, trained straight through by a server of its own that saves nothing on the
// way. Takes seconds; a test failure if a training fails.
std::map<uint64_t, std::string> ReferenceWeights();

}  // namespace traind::chaos

#endif  // TRAIND_TESTS_CHAOS_JOB_KINDS_H_
