#include "engine/data/numbers.h"

#include <algorithm>

#include "engine/core/multiversion.h"

namespace traind::engine {
namespace {

template <typename From, typename To>
[[gnu::always_inline]] inline void Convert(const From* from, std::span<const int64_t> rows, int64_t width, To* to) {
  for (const int64_t row : rows) {
    const From* const numbers = from + row * width;
    for (int64_t i = 0; i < width; ++i) to[i] = static_cast<To>(numbers[i]);
    to += width;
  }
}

// One a type, since what is cloned for several instruction sets cannot be a template.
TRAIND_MULTIVERSION void GatherFloat64(const double* from, std::span<const int64_t> rows, int64_t width, float* to) {
  Convert(from, rows, width, to);
}
TRAIND_MULTIVERSION void GatherInt32(const int32_t* from, std::span<const int64_t> rows, int64_t width, float* to) {
  Convert(from, rows, width, to);
}
TRAIND_MULTIVERSION void GatherInt64(const int64_t* from, std::span<const int64_t> rows, int64_t width, float* to) {
  Convert(from, rows, width, to);
}
TRAIND_MULTIVERSION void GatherUint8(const uint8_t* from, std::span<const int64_t> rows, int64_t width, float* to) {
  Convert(from, rows, width, to);
}

void GatherFloat32(const float* from, std::span<const int64_t> rows, int64_t width, float* to) {
  for (const int64_t row : rows) to = std::copy_n(from + row * width, width, to);
}

}  // namespace

void Numbers::GatherFloats(std::span<const int64_t> rows, int64_t width, float* to) const {
  switch (type_) {
    case ElementType::kFloat32:
      return GatherFloat32(static_cast<const float*>(data_), rows, width, to);
    case ElementType::kFloat64:
      return GatherFloat64(static_cast<const double*>(data_), rows, width, to);
    case ElementType::kInt32:
      return GatherInt32(static_cast<const int32_t*>(data_), rows, width, to);
    case ElementType::kInt64:
      return GatherInt64(static_cast<const int64_t*>(data_), rows, width, to);
    case ElementType::kUint8:
      return GatherUint8(static_cast<const uint8_t*>(data_), rows, width, to);
  }
}

void Numbers::GatherClasses(std::span<const int64_t> rows, int32_t* to) const {
  std::transform(rows.begin(), rows.end(), to, [this](int64_t row) { return ClassOf(row); });
}

int32_t Numbers::ClassOf(int64_t row) const {
  switch (type_) {
    case ElementType::kInt64:
      return static_cast<int32_t>(static_cast<const int64_t*>(data_)[row]);
    case ElementType::kUint8:
      return static_cast<const uint8_t*>(data_)[row];
    default:
      return static_cast<const int32_t*>(data_)[row];
  }
}

}  // namespace traind::engine
