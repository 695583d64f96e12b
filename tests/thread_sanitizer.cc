// Linked into every test of the `tsan` preset. ThreadSanitizer sees only what it compiled, and Abseil comes from
// Debian: without this, whatever an absl::Mutex guards looks like a race. These definitions take precedence over those
// of the shared library, call them, and tell ThreadSanitizer what happened before what.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <bit>
#include <cstddef>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace {

// Calls the library's definition of a member function of which ours is another. The object comes first.
template <typename Class, typename Result, typename... Parameters>
Result Original(Result (Class::*ours)(Parameters...), Class* object, Parameters... arguments) {
  struct MemberPointer {
    void* function;
    std::ptrdiff_t adjustment;
  };
  Dl_info info{};
  dladdr(std::bit_cast<MemberPointer>(ours).function, &info);
  auto* original = reinterpret_cast<Result (*)(Class*, Parameters...)>(dlsym(RTLD_NEXT, info.dli_sname));
  return original(object, arguments...);
}

void Released(void* mutex) { __tsan_release(mutex); }

// At its end: the mutex has been acquired.
struct Acquires {
  void* mutex;
  ~Acquires() { __tsan_acquire(mutex); }
};

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  Acquires acquires{this};
  Original(&Mutex::Lock, this);
}
bool Mutex::TryLock() {
  Acquires acquires{this};
  return Original(&Mutex::TryLock, this);
}
void Mutex::ReaderLock() {
  Acquires acquires{this};
  Original(&Mutex::ReaderLock, this);
}
void Mutex::Unlock() {
  Released(this);
  Original(&Mutex::Unlock, this);
}
void Mutex::ReaderUnlock() {
  Released(this);
  Original(&Mutex::ReaderUnlock, this);
}
void Mutex::LockWhen(const Condition& condition) {
  Acquires acquires{this};
  Original<Mutex, void, const Condition&>(&Mutex::LockWhen, this, condition);
}
void Mutex::Await(const Condition& condition) {
  Released(this);
  Acquires acquires{this};
  Original<Mutex, void, const Condition&>(&Mutex::Await, this, condition);
}
bool Mutex::AwaitWithTimeout(const Condition& condition, Duration timeout) {
  Released(this);
  Acquires acquires{this};
  return Original<Mutex, bool, const Condition&, Duration>(&Mutex::AwaitWithTimeout, this, condition, timeout);
}
bool Mutex::AwaitWithDeadline(const Condition& condition, Time deadline) {
  Released(this);
  Acquires acquires{this};
  return Original<Mutex, bool, const Condition&, Time>(&Mutex::AwaitWithDeadline, this, condition, deadline);
}
void CondVar::Wait(Mutex* mutex) {
  Released(mutex);
  Acquires acquires{mutex};
  Original(&CondVar::Wait, this, mutex);
}
bool CondVar::WaitWithTimeout(Mutex* mutex, Duration timeout) {
  Released(mutex);
  Acquires acquires{mutex};
  return Original(&CondVar::WaitWithTimeout, this, mutex, timeout);
}
bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  Released(mutex);
  Acquires acquires{mutex};
  return Original(&CondVar::WaitWithDeadline, this, mutex, deadline);
}

ABSL_NAMESPACE_END
}  // namespace absl
