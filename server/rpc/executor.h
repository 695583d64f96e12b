// Threads that may block, for gRPC reactions, which may not.
#ifndef TRAIND_SERVER_RPC_EXECUTOR_H_
#define TRAIND_SERVER_RPC_EXECUTOR_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace traind {

// Runs work in the order given, on a fixed number of threads. Thread-safe.
class Executor {
 public:
  explicit Executor(int threads);
  ~Executor();  // runs what was accepted, then joins

  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Never blocks. `work` must not throw.
  void Run(std::function<void()> work);

 private:
  void Work();

  absl::Mutex mutex_;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_EXECUTOR_H_
