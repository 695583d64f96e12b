// A step allocates nothing of ours. The test counts every allocation in the process but those inside oneDNN's
// dnnl_primitive_execute, which builds a map of its arguments on every call; that is oneDNN's and not ours to change.
#include <dlfcn.h>
#include <dnnl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "engine/training/trainer.h"
#include "tests/engine/digits.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__GLIBC__)

namespace {
thread_local bool counting = false;
thread_local bool in_onednn = false;
thread_local int allocations = 0;

void Count() {
  if (counting && !in_onednn) ++allocations;
}
}  // namespace

// The program's own definitions come before those of the C library and oneDNN, for them as well. operator new calls
// malloc or aligned_alloc.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  Count();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  Count();
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  Count();
  return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  Count();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  Count();
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}

dnnl_status_t dnnl_primitive_execute(const_dnnl_primitive_t primitive, dnnl_stream_t stream, int count,
                                     const dnnl_exec_arg_t* arguments) {
  static const auto execute =
      reinterpret_cast<decltype(&dnnl_primitive_execute)>(dlsym(RTLD_NEXT, "dnnl_primitive_execute"));
  in_onednn = true;
  const dnnl_status_t status = execute(primitive, stream, count, arguments);
  in_onednn = false;
  return status;
}
}

namespace traind::engine {
namespace {

// Counts from the end of one step to the end of the next, inside an epoch.
class CountingObserver final : public TrainingObserver {
 public:
  void OnStep(const TrainingProgress&, double) override {
    ++steps;
    counting = true;
  }
  void OnEpoch(const TrainingProgress&, const MetricValues&) override {
    counting = false;
    ++epochs;
  }
  int steps = 0;
  int epochs = 0;
};

TEST(AllocationTest, TheCounterCounts) {
  counting = true;
  allocations = 0;
  std::free(std::malloc(10));
  delete new int;
  counting = false;
  EXPECT_GE(allocations, 1);
}

TEST(AllocationTest, AStepAllocatesNothing) {
  const Rows digits = LoadDigits();
  TrainingSpec spec = DigitsSpec();
  spec.validation_split = 0;
  spec.metrics.clear();
  for (const OptimizerSpec& optimizer : {OptimizerSpec(AdamSpec{}), OptimizerSpec(SgdSpec{.momentum = 0.9})}) {
    spec.optimizer = optimizer;
    spec.epochs = 1;
    auto trainer = Trainer::Create(spec, digits.view(), 1);
    ASSERT_TRUE(trainer.ok());
    CountingObserver observer;
    allocations = 0;
    ASSERT_TRUE((*trainer)->Run(observer, {}).ok());
    EXPECT_EQ(observer.steps, 57);
    EXPECT_EQ(observer.epochs, 1);
    // The report at the end of the epoch is a map of one figure: its node, and nothing for the 56 steps counted.
    EXPECT_LE(allocations, 1);
  }
}

}  // namespace
}  // namespace traind::engine

#endif
