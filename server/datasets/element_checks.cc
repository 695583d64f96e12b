#include "server/datasets/element_checks.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "engine/core/multiversion.h"

namespace traind {
namespace {

using engine::ElementType;

static_assert(std::endian::native == std::endian::little, "stored numbers are mapped as they are");

// From here on a number rounds to infinity as float32.
constexpr double kTooLarge = 0x1.ffffffp127;

template <typename Number>
[[gnu::always_inline]] inline Number Load(const char* bytes, int64_t index) {
  Number number;
  std::memcpy(&number, bytes + index * static_cast<int64_t>(sizeof(Number)), sizeof(Number));
  return number;
}

// In all of these there is one comparison at the end, so that they run at the speed of memory.
TRAIND_MULTIVERSION bool AllFiniteFloat32(const char* bytes, int64_t count) {
  constexpr uint32_t kExponent = 0x7F800000u;
  uint32_t others = 0;
  for (int64_t i = 0; i < count; ++i) {
    others |= static_cast<uint32_t>((Load<uint32_t>(bytes, i) & kExponent) == kExponent);
  }
  return others == 0;
}

TRAIND_MULTIVERSION bool AllFiniteFloat64(const char* bytes, int64_t count) {
  uint64_t others = 0;
  for (int64_t i = 0; i < count; ++i) {
    others |= static_cast<uint64_t>(!(std::fabs(Load<double>(bytes, i)) < kTooLarge));
  }
  return others == 0;
}

// Unsigned, negative numbers are above any class.
template <typename Unsigned>
[[gnu::always_inline]] inline bool AllBelow(const char* bytes, int64_t count, Unsigned classes) {
  Unsigned others = 0;
  for (int64_t i = 0; i < count; ++i) others |= static_cast<Unsigned>(Load<Unsigned>(bytes, i) >= classes);
  return others == 0;
}

TRAIND_MULTIVERSION bool AllClassesInt32(const char* bytes, int64_t count, uint32_t classes) {
  return AllBelow<uint32_t>(bytes, count, classes);
}
TRAIND_MULTIVERSION bool AllClassesInt64(const char* bytes, int64_t count, uint64_t classes) {
  return AllBelow<uint64_t>(bytes, count, classes);
}
TRAIND_MULTIVERSION bool AllClassesUint8(const char* bytes, int64_t count, uint8_t classes) {
  return AllBelow<uint8_t>(bytes, count, classes);
}

int64_t Count(ElementType type, std::string_view elements) {
  return static_cast<int64_t>(elements.size()) / engine::SizeOf(type);
}

}  // namespace

bool AllFinite(ElementType type, std::string_view elements) {
  if (type == ElementType::kFloat32) return AllFiniteFloat32(elements.data(), Count(type, elements));
  if (type == ElementType::kFloat64) return AllFiniteFloat64(elements.data(), Count(type, elements));
  return true;
}

bool AllClasses(ElementType type, std::string_view elements, int64_t classes) {
  const int64_t count = Count(type, elements);
  if (type == ElementType::kInt64) return AllClassesInt64(elements.data(), count, static_cast<uint64_t>(classes));
  if (type == ElementType::kInt32) return AllClassesInt32(elements.data(), count, static_cast<uint32_t>(classes));
  return classes > UINT8_MAX || AllClassesUint8(elements.data(), count, static_cast<uint8_t>(classes));
}

double NumberAt(ElementType type, std::string_view elements, int64_t index) {
  if (type == ElementType::kFloat32) return Load<float>(elements.data(), index);
  if (type == ElementType::kFloat64) return Load<double>(elements.data(), index);
  return static_cast<double>(IntegerAt(type, elements, index));
}

int64_t IntegerAt(ElementType type, std::string_view elements, int64_t index) {
  if (type == ElementType::kInt64) return Load<int64_t>(elements.data(), index);
  if (type == ElementType::kUint8) return Load<uint8_t>(elements.data(), index);
  return Load<int32_t>(elements.data(), index);
}

}  // namespace traind
