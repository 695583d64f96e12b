// How a spec describes its fields, once for all who need them: the checks of a user's values and the translation from
// the wire.
//
// A spec is a plain struct with a static function that names its fields and their ranges:
//
//   struct HuberSpec {
//     static constexpr const char* kName = "huber";  // where it is one of several kinds
//     double delta = 1.0;
//
//     template <typename Self, typename Visitor>
//     static void VisitFields(Self& self, Visitor& visit) {
//       visit("delta", self.delta, AboveZero(1e6));
//     }
//   };
//
// `Self` is the struct or its const form. A visitor has operator() for: int64_t with a WholeRange; double with a
// RealRange; bool; uint64_t; std::string; an enum that has NamesOf (below), with or without Required; a spec; a
// std::optional of a number or a spec; a std::vector of numbers or specs; a std::map from text to numbers; a variant of
// specs, one of which is meant. Its member OneOf(variant) takes the kinds of the message at hand. Names are those of
// the protos and of users' files.
#ifndef TRAIND_ENGINE_CORE_FIELDS_H_
#define TRAIND_ENGINE_CORE_FIELDS_H_

#include <cstdint>

namespace traind::engine {

struct WholeRange {
  int64_t least = 0;
  int64_t most = 0;
};

// The ends belong to it if they are `closed`.
struct RealRange {
  double least = 0;
  double most = 0;
  bool least_closed = true;
  bool most_closed = true;
};

constexpr RealRange Between(double least, double most) { return {least, most}; }
constexpr RealRange AboveZero(double most) { return {.least = 0, .most = most, .least_closed = false}; }

// At least 0 and below 1.
constexpr RealRange Share() { return {.least = 0, .most = 1, .most_closed = false}; }

// What is added to a divisor. The least is far above where a float32 becomes 0 and far below any that changes a result.
inline constexpr double kMinEpsilon = 1e-30;
constexpr RealRange Epsilon() { return Between(kMinEpsilon, 1); }

// For an enum without a default.
struct Required {};

// An enum has a function NamesOf(Enum) beside it, which returns an array of these: the values a user may give, in the
// order in which messages list them, by the names of the wire.
template <typename Enum>
struct EnumName {
  Enum value;
  const char* name;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_CORE_FIELDS_H_
