#include "tests/integration/traind_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace traind {
namespace {

// Starts a program with its outputs on the given descriptors.
pid_t Spawn(const std::string& program, const std::vector<std::string>& arguments, int out, int err) {
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(out, STDOUT_FILENO);
    if (err >= 0) dup2(err, STDERR_FILENO);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  return pid;
}

std::string ReadAll(std::FILE* file) {
  std::string text;
  std::array<char, 4096> buffer;
  std::rewind(file);
  for (size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), file)) > 0;) text.append(buffer.data(), n);
  return text;
}

}  // namespace

TemporaryFolder::TemporaryFolder(const std::string& parent) {
  const std::filesystem::path folder = parent.empty() ? std::filesystem::temp_directory_path() : parent.c_str();
  std::string name = (folder / "traind-test-XXXXXX").string();
  path_ = mkdtemp(name.data());
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

TraindProcess::TraindProcess(const std::string& data_dir, std::vector<std::string> flags, Start start,
                             const std::string& log) {
  flags.insert(flags.begin(),
               {"--grpc_address=127.0.0.1:0", "--metrics_address=127.0.0.1:0", absl::StrCat("--data_dir=", data_dir)});
  std::array<int, 2> pipe_ends;
  EXPECT_EQ(pipe(pipe_ends.data()), 0);
  const int err = log.empty() ? -1 : open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  pid_ = Spawn(absl::StrCat(TRAIND_BINARY_DIR, "/traind"), flags, pipe_ends[1], err);
  close(pipe_ends[1]);
  if (err >= 0) close(err);
  std::FILE* out = fdopen(pipe_ends[0], "r");
  std::array<char, 512> line = {};
  const bool answered = std::fgets(line.data(), line.size(), out) != nullptr;
  std::fclose(out);
  if (!answered && start == Start::kMay) return;
  EXPECT_TRUE(answered) << "traind did not start";
  for (absl::string_view word : absl::StrSplit(line.data(), absl::ByAnyChar(" \n"))) {
    std::pair<std::string, std::string> pair = absl::StrSplit(word, absl::MaxSplits('=', 1));
    if (pair.first == "grpc") grpc_address_ = pair.second;
    if (pair.first == "metrics") metrics_address_ = pair.second;
  }
  EXPECT_FALSE(grpc_address_.empty()) << "the ready line was: " << line.data();
}

TraindProcess::~TraindProcess() { Kill(); }

std::shared_ptr<grpc::Channel> TraindProcess::Connect() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(grpc_address_, grpc::InsecureChannelCredentials(), arguments);
}

std::string TraindProcess::HttpGet(const std::string& path) const {
  std::pair<std::string, std::string> address = absl::StrSplit(metrics_address_, ':');
  int port = 0;
  EXPECT_TRUE(absl::SimpleAtoi(address.second, &port));
  sockaddr_in server = {};
  server.sin_family = AF_INET;
  server.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, address.first.c_str(), &server.sin_addr);
  const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(connect(socket_fd, reinterpret_cast<sockaddr*>(&server), sizeof(server)), 0);
  const std::string request = absl::StrCat("GET ", path, " HTTP/1.0\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(send(socket_fd, request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  std::string answer;
  std::array<char, 4096> buffer;
  for (ssize_t n; (n = recv(socket_fd, buffer.data(), buffer.size(), 0)) > 0;) answer.append(buffer.data(), n);
  close(socket_fd);
  const size_t body = answer.find("\r\n\r\n");
  return body == std::string::npos ? "" : answer.substr(body + 4);
}

int TraindProcess::Wait() {
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int TraindProcess::Terminate(int signal) {
  kill(pid_, signal);
  return Wait();
}

void TraindProcess::Kill() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  Wait();
}

CommandResult RunCommand(const std::string& program, const std::vector<std::string>& arguments) {
  std::FILE* out = std::tmpfile();
  std::FILE* err = std::tmpfile();
  const pid_t pid = Spawn(program, arguments, fileno(out), fileno(err));
  int status = 0;
  waitpid(pid, &status, 0);
  CommandResult result = {WIFEXITED(status) ? WEXITSTATUS(status) : -1, ReadAll(out), ReadAll(err)};
  std::fclose(out);
  std::fclose(err);
  return result;
}

std::string ReadSourceFile(const std::string& path) {
  std::ifstream file(absl::StrCat(TRAIND_SOURCE_DIR, "/", path), std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace traind
