// Running the built trainctl.
#ifndef TRAIND_TESTS_CLIENT_CLI_TRAINCTL_PROCESS_H_
#define TRAIND_TESTS_CLIENT_CLI_TRAINCTL_PROCESS_H_

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace traind::client {

// Started by the constructor; its output goes to files. Kills what still runs.
class TrainctlProcess {
 public:
  explicit TrainctlProcess(const std::vector<std::string>& arguments) {
    std::string folder = testing::TempDir() + "/trainctl_XXXXXX";
    folder_ = mkdtemp(folder.data());
    pid_ = fork();
    if (pid_ == 0) {
      std::vector<char*> argv{const_cast<char*>("trainctl")};
      for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
      argv.push_back(nullptr);
      if (freopen((folder_ + "/out").c_str(), "w", stdout) == nullptr) _exit(126);
      if (freopen((folder_ + "/err").c_str(), "w", stderr) == nullptr) _exit(126);
      execv(TRAIND_BINARY_DIR "/trainctl", argv.data());
      _exit(127);
    }
  }

  ~TrainctlProcess() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    std::filesystem::remove_all(folder_);
  }

  void Signal(int signal) { kill(pid_, signal); }

  // Waits for its end; the exit code, or 128 and the signal that ended it.
  int Wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  std::string Out() const { return Read("out"); }
  std::string Err() const { return Read("err"); }

 private:
  std::string Read(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string folder_;
  pid_t pid_ = -1;
};

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

inline Outcome Trainctl(const std::vector<std::string>& arguments) {
  TrainctlProcess process(arguments);
  int code = process.Wait();
  return {code, process.Out(), process.Err()};
}

}  // namespace traind::client

#endif  // TRAIND_TESTS_CLIENT_CLI_TRAINCTL_PROCESS_H_
