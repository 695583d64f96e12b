#include "client/cli/interrupt.h"

#include <unistd.h>

#include "client/cli/errors.h"

namespace traind::client {

InterruptListener::InterruptListener() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = std::thread([this] {
    int signal;
    while (sigwait(&signals_, &signal) == 0 && !done_) {
      if (!source_.request_stop()) _exit(kInterrupted);
    }
  });
}

InterruptListener::~InterruptListener() {
  done_ = true;
  pthread_kill(thread_.native_handle(), SIGINT);
  thread_.join();
  pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
}

}  // namespace traind::client
