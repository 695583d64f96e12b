// How many threads one computation uses.
#ifndef TRAIND_ENGINE_CORE_THREADS_H_
#define TRAIND_ENGINE_CORE_THREADS_H_

namespace traind::engine {

// While it lives, parallel work that the calling thread starts (ours and oneDNN's) runs on `threads` threads, at least
// 1, the caller being one of them. Other threads are not affected. oneDNN plans for the number in force when a
// primitive is made, so it must be the same when making and when running.
//
// The other threads end with it. Kept for the next time, as OpenMP would, they spin for some milliseconds on cores that
// are somebody else's by then, and wait less eagerly once there are more of them than cores, however idle most are.
class ScopedThreads {
 public:
  explicit ScopedThreads(int threads);
  ~ScopedThreads();
  ScopedThreads(const ScopedThreads&) = delete;
  ScopedThreads& operator=(const ScopedThreads&) = delete;

 private:
  int before_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_CORE_THREADS_H_
