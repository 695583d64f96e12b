// Numbers as text, read the same in every locale.
#ifndef TRAIND_SERVER_DATASETS_NUMBER_H_
#define TRAIND_SERVER_DATASETS_NUMBER_H_

#include <cstdint>
#include <string_view>
#include <variant>

#include "absl/status/statusor.h"

namespace traind {

// The float32 nearest to a decimal number such as `7`, `-0.5`, `+1e-3`: the whole text, without spaces. What is too
// small for float32 becomes 0 or a subnormal. InvalidArgument says what else it is: nothing, NaN, infinite, too large,
// or no number.
absl::StatusOr<float> ParseFloat32(std::string_view text);

// Whether the text is a number that is too large for float32, or infinite.
bool IsNumberOutOfRange(std::string_view text);

// A label that names a class: a whole number (`3`, `03` and `3.0` are the same one), or a text. A number beyond 2^63,
// or beyond 2^53 when written with a point or an exponent, is taken as a text. InvalidArgument: empty, NaN, infinite,
// or fractional.
absl::StatusOr<std::variant<int64_t, std::string_view>> ParseClassLabel(std::string_view text);

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_NUMBER_H_
