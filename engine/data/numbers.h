// Numbers of any element type, read as the engine computes: in float32, or as indices of classes.
#ifndef TRAIND_ENGINE_DATA_NUMBERS_H_
#define TRAIND_ENGINE_DATA_NUMBERS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/data/element_type.h"

namespace traind::engine {

// Where numbers lie, in memory or mapped from a file; owns nothing. A value, as cheap to copy as a pointer, which
// stands for numbers of its own type.
class Numbers {
 public:
  Numbers() = default;                                                        // there are none
  Numbers(std::nullptr_t) {}                                                  // NOLINT(*-explicit-*)
  Numbers(const float* data) : data_(data), type_(ElementType::kFloat32) {}   // NOLINT(*-explicit-*)
  Numbers(const double* data) : data_(data), type_(ElementType::kFloat64) {}  // NOLINT(*-explicit-*)
  Numbers(const int32_t* data) : data_(data), type_(ElementType::kInt32) {}   // NOLINT(*-explicit-*)
  Numbers(const int64_t* data) : data_(data), type_(ElementType::kInt64) {}   // NOLINT(*-explicit-*)
  Numbers(const uint8_t* data) : data_(data), type_(ElementType::kUint8) {}   // NOLINT(*-explicit-*)
  // `data` is aligned for the type.
  Numbers(ElementType type, const void* data) : data_(data), type_(type) {}

  ElementType type() const { return type_; }
  friend bool operator==(const Numbers& numbers, std::nullptr_t) { return numbers.data_ == nullptr; }

  // Copies rows of `width` numbers, in the order given, side by side to `to`, as float32, the nearest there is.
  void GatherFloats(std::span<const int64_t> rows, int64_t width, float* to) const;
  // The same for one whole number a row, of an integer type, each within int32.
  void GatherClasses(std::span<const int64_t> rows, int32_t* to) const;

  // The class of one row, as GatherClasses gives it.
  int32_t ClassOf(int64_t row) const;

 private:
  const void* data_ = nullptr;
  ElementType type_ = ElementType::kFloat32;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_NUMBERS_H_
