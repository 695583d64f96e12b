// How long a run has taken, over all its attempts.
#ifndef TRAIND_ENGINE_TRAINING_STOPWATCH_H_
#define TRAIND_ENGINE_TRAINING_STOPWATCH_H_

#include <chrono>

namespace traind::engine {

class Stopwatch {
 public:
  // Goes on from `seconds`, which may be any number.
  void Start(double seconds) {
    start_ = std::chrono::steady_clock::now();
    before_ = seconds;
  }
  double seconds() const {
    return before_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_;
  double before_ = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_STOPWATCH_H_
