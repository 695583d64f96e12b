// Memory for numbers that vector instructions read and write.
#ifndef TRAIND_ENGINE_CORE_ALIGNED_BUFFER_H_
#define TRAIND_ENGINE_CORE_ALIGNED_BUFFER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

namespace traind::engine {

// Floats that start on a cache line, all 0 at first. Owns its memory; movable, and a move keeps the address.
class AlignedBuffer {
 public:
  // Bytes of a cache line and of the widest vector register; slices of a buffer start on multiples of it.
  static constexpr std::size_t kAlignment = 64;
  static constexpr int64_t kAlignmentFloats = kAlignment / sizeof(float);

  AlignedBuffer() = default;

  // `size` floats. Throws std::bad_alloc if there is no memory.
  explicit AlignedBuffer(int64_t size)
      : size_(size),
        data_(static_cast<float*>(
            ::operator new (static_cast<std::size_t>(size) * sizeof(float), std::align_val_t{kAlignment}))) {
    std::fill_n(data_.get(), size_, 0.0f);
  }

  // The least multiple of kAlignmentFloats that holds `floats`.
  static constexpr int64_t Aligned(int64_t floats) {
    return (floats + kAlignmentFloats - 1) / kAlignmentFloats * kAlignmentFloats;
  }

  float* data() const { return data_.get(); }
  int64_t size() const { return size_; }
  std::span<float> span() const { return {data_.get(), static_cast<std::size_t>(size_)}; }

 private:
  struct Free {
    void operator()(float* data) const { ::operator delete (data, std::align_val_t{kAlignment}); }
  };

  int64_t size_ = 0;
  std::unique_ptr<float[], Free> data_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_CORE_ALIGNED_BUFFER_H_
