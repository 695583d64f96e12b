// traind: starts the server that the flags describe and waits to be told to stop.
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <thread>

#include "server/options.h"
#include "server/server.h"
#include "server/telemetry/logging.h"

namespace {

// Threads inherit the mask, so that the signals wait for sigwait below and interrupt nobody.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}) {
    // What whoever started this process wanted ignored stays so: SIGHUP under nohup.
    struct sigaction action;
    if (sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) continue;
    sigaddset(&signals, number);
  }
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

// Each client is a file descriptor: take as many as the system allows.
void RaiseFileLimit() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// An upload passes through gRPC in blocks of 1 to 4 MiB. Left alone, the allocator gives each back to the system and is
// handed other pages for the next, which takes a fifth of the time. Larger blocks, such as weights, still go back.
void KeepBlocksOfMebibytes() {
  mallopt(M_MMAP_THRESHOLD, 8 << 20);
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
}

// What is not over by then is cut off, as by kill -9: all that was acknowledged is on the disk. It is what reads or
// writes much for a client, or waits for a disk, and looks at no clock.
void EndAfter(std::chrono::milliseconds time) {
  std::thread([time] {
    std::this_thread::sleep_for(time);
    spdlog::warn("what is still at work is cut off");
    spdlog::default_logger()->flush();
    _exit(0);
  }).detach();
}

// Whoever may send this process a signal may stop it, and so may hear more of it, too.
void WaitToBeStopped(const sigset_t& signals) {
  while (true) {
    int number = 0;
    sigwait(&signals, &number);
    if (number == SIGUSR1) {
      traind::LogMore();
    } else if (number == SIGUSR2) {
      traind::LogLess();
    } else {
      return;
    }
  }
}

int Fail(const absl::Status& status) {
  std::cerr << "traind: " << status.message() << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  absl::StatusOr<traind::Options> options = traind::OptionsFromCommandLine(argc, argv);
  if (!options.ok()) return Fail(options.status());
  const sigset_t signals = BlockSignals();
  RaiseFileLimit();
  KeepBlocksOfMebibytes();
  traind::StartLogging(options->log_format, options->log_level);

  absl::StatusOr<std::unique_ptr<traind::Server>> server = traind::Server::Start(*options);
  if (!server.ok()) return Fail(server.status());
  std::cout << "traind ready grpc=" << (*server)->grpc_address() << " metrics=" << (*server)->metrics_address()
            << std::endl;

  WaitToBeStopped(signals);
  EndAfter(std::chrono::milliseconds(9'500));
  (*server)->Stop();
  return 0;
}
