// What the numbers of a dataset are stored as.
#ifndef TRAIND_ENGINE_DATA_ELEMENT_TYPE_H_
#define TRAIND_ENGINE_DATA_ELEMENT_TYPE_H_

#include <cstdint>

namespace traind::engine {

enum class ElementType { kFloat32, kFloat64, kInt32, kInt64, kUint8 };

// Bytes of one number; also what its address is a multiple of.
constexpr int64_t SizeOf(ElementType type) {
  switch (type) {
    case ElementType::kUint8:
      return 1;
    case ElementType::kFloat64:
    case ElementType::kInt64:
      return 8;
    default:
      return 4;
  }
}

constexpr bool IsInteger(ElementType type) { return type != ElementType::kFloat32 && type != ElementType::kFloat64; }

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_ELEMENT_TYPE_H_
