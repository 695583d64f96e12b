// How weights start.
#ifndef TRAIND_ENGINE_LAYERS_INITIALIZER_H_
#define TRAIND_ENGINE_LAYERS_INITIALIZER_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "engine/core/faults.h"
#include "engine/core/fields.h"

namespace traind::engine {

class Random;

// Glorot and Bengio 2010, He et al. 2015, LeCun et al. 1998, as Keras has them: a uniform one draws from [-a, a] with
// a = sqrt(3 v), a normal one from a normal distribution cut at two deviations and rescaled to variance v, where v is
// 2 / (fan_in + fan_out) for Glorot, 2 / fan_in for He and 1 / fan_in for LeCun. RandomUniform draws from
// [-0.05, 0.05]. Orthogonal is Saxe et al. 2013, see orthogonal.h.
enum class InitializerKind {
  kGlorotUniform,
  kGlorotNormal,
  kHeUniform,
  kHeNormal,
  kLecunUniform,
  kLecunNormal,
  kZeros,
  kOnes,
  kConstant,
  kOrthogonal,
  kRandomUniform,
};

constexpr auto NamesOf(InitializerKind) {
  using Kind = InitializerKind;
  return std::to_array<EnumName<Kind>>({{Kind::kGlorotUniform, "GLOROT_UNIFORM"},
                                        {Kind::kGlorotNormal, "GLOROT_NORMAL"},
                                        {Kind::kHeUniform, "HE_UNIFORM"},
                                        {Kind::kHeNormal, "HE_NORMAL"},
                                        {Kind::kLecunUniform, "LECUN_UNIFORM"},
                                        {Kind::kLecunNormal, "LECUN_NORMAL"},
                                        {Kind::kZeros, "ZEROS"},
                                        {Kind::kOnes, "ONES"},
                                        {Kind::kConstant, "CONSTANT"},
                                        {Kind::kOrthogonal, "ORTHOGONAL"},
                                        {Kind::kRandomUniform, "RANDOM_UNIFORM"}});
}

struct Initializer {
  InitializerKind kind = InitializerKind::kGlorotUniform;
  double gain = 1.0;   // multiplies what is drawn
  double value = 0.0;  // of kConstant

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("kind", self.kind);
    visit("gain", self.gain, Between(0, 1e6));
    visit("value", self.value, Between(-1e30, 1e30));
  }
};

// The shape of what is filled: [rows, columns], row-major; a vector has one row. A kernel has a row a unit.
struct InitialShape {
  int64_t rows = 1;
  int64_t columns = 1;
  int64_t fan_in = 1;
  int64_t fan_out = 1;
};

// Finds an initializer that would take too long for a matrix [rows, columns]. `path` is its own.
void CheckInitializer(const Initializer& initializer, int64_t rows, int64_t columns, const std::string& path,
                      Faults& faults);

// Fills `values`, drawing in order from `random`.
void Initialize(const Initializer& initializer, const InitialShape& shape, Random& random, std::span<float> values);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_INITIALIZER_H_
