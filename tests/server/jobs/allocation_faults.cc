#include "tests/server/jobs/allocation_faults.h"

#include <cstdlib>
#include <new>

namespace traind {

thread_local int allocations_left = 0;

}  // namespace traind

void* operator new(size_t size) {
  if (traind::allocations_left > 0 && --traind::allocations_left == 0) {
    traind::allocations_left = -1;
    throw std::bad_alloc();
  }
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
