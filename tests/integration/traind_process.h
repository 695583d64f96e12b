// A real traind in a process of its own, on free ports, with a data folder of its own.
#ifndef TRAIND_TESTS_INTEGRATION_TRAIND_PROCESS_H_
#define TRAIND_TESTS_INTEGRATION_TRAIND_PROCESS_H_

#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace traind {

// A folder that goes with the test.
class TemporaryFolder {
 public:
  // In the system's folder for temporary files, or in `parent`.
  explicit TemporaryFolder(const std::string& parent = "");
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class TraindProcess {
 public:
  enum class Start { kMust, kMay };

  // Starts the built traind on `data_dir` and waits until it is ready; a failure to start fails the test, unless it may
  // fail. Its log goes to the file `log`, or where the test's own stderr goes.
  explicit TraindProcess(const std::string& data_dir, std::vector<std::string> flags = {}, Start start = Start::kMust,
                         const std::string& log = "");
  ~TraindProcess();  // kill -9 if it still runs
  TraindProcess(const TraindProcess&) = delete;
  TraindProcess& operator=(const TraindProcess&) = delete;

  pid_t pid() const { return pid_; }
  // False: it ended instead, and Terminate says how.
  bool ready() const { return !grpc_address_.empty(); }
  const std::string& grpc_address() const { return grpc_address_; }
  const std::string& metrics_address() const { return metrics_address_; }
  // A channel of its own each time.
  std::shared_ptr<grpc::Channel> Connect() const;
  // The body that GET `path` answers on the metrics port.
  std::string HttpGet(const std::string& path) const;

  // Returns the exit status, -1 if it died by a signal.
  int Terminate(int signal = SIGTERM);
  // kill -9.
  void Kill();

 private:
  int Wait();

  pid_t pid_ = -1;
  std::string grpc_address_;
  std::string metrics_address_;
};

// What a command prints and how it ends.
struct CommandResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};
CommandResult RunCommand(const std::string& program, const std::vector<std::string>& arguments);

// A file of the source tree, whole.
std::string ReadSourceFile(const std::string& path);

}  // namespace traind

#endif  // TRAIND_TESTS_INTEGRATION_TRAIND_PROCESS_H_
