// Ctrl-C as a stop token.
#ifndef TRAIND_CLIENT_CLI_INTERRUPT_H_
#define TRAIND_CLIENT_CLI_INTERRUPT_H_

#include <signal.h>

#include <atomic>
#include <stop_token>
#include <thread>

namespace traind::client {

// While it lives, SIGINT requests a stop instead of ending the process; a second one ends it at once. Make it before
// any other thread (threads inherit which signals they take): before the first call of a Client.
class InterruptListener {
 public:
  InterruptListener();
  ~InterruptListener();
  InterruptListener(const InterruptListener&) = delete;
  InterruptListener& operator=(const InterruptListener&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  sigset_t signals_;
  std::atomic<bool> done_ = false;
  std::stop_source source_;
  std::thread thread_;
};

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_INTERRUPT_H_
