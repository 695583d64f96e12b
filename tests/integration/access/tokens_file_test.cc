// The file of tokens as an administrator and Kubernetes handle it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/access/token_server.h"

namespace traind {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class TokensFile : public TokenServer {
 protected:
  grpc::Status Call(const std::string& token) {
    const std::unique_ptr<ServiceStubs> stubs = As(token);
    v1::ListModelsResponse models;
    return stubs->models().ListModels(stubs->NewContext(), {}, &models);
  }
  // Whether it holds within ten seconds.
  static bool Soon(const std::function<bool()>& condition) {
    for (const absl::Time end = absl::Now() + absl::Seconds(10); absl::Now() < end;
         absl::SleepFor(absl::Milliseconds(50))) {
      if (condition()) return true;
    }
    return false;
  }
  double Failures() { return Metric("traind_tokens_reloads_failed_total"); }
};

TEST_F(TokensFile, IsReadAgainWhenItChanges) {
  Start();
  EXPECT_TRUE(Call("reader-of-acme").ok());
  WriteFile(tokens_file_, Line("new", "reader", "acme", "new-token"));
  EXPECT_TRUE(Soon([&] { return Call("new-token").ok(); }));
  EXPECT_EQ(Call("reader-of-acme").error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Failures(), 0);
}

TEST_F(TokensFile, IsSwappedAsKubernetesDoes) {
  namespace fs = std::filesystem;
  const fs::path root = folder_.path();
  for (const char* version : {"1", "2"}) {
    fs::create_directory(root / version);
    WriteFile(root / version / "tokens", Line("a", "reader", "acme", absl::StrCat("token-", version)));
  }
  fs::create_symlink("1", root / "..data");
  fs::create_symlink("..data/tokens", root / "tokens");
  traind_ = std::make_unique<TraindProcess>(data_.path(),
                                            std::vector<std::string>{absl::StrCat("--tokens_file=", tokens_file_)});
  EXPECT_TRUE(Call("token-1").ok());
  fs::create_symlink("2", root / "..new");
  fs::rename(root / "..new", root / "..data");
  fs::remove_all(root / "1");
  EXPECT_TRUE(Soon([&] { return Call("token-2").ok(); }));
  EXPECT_EQ(Call("token-1").error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(TokensFile, ABrokenOneChangesNothingAndIsCounted) {
  Start();
  double failures = 0;
  const auto expect_kept = [&] {
    EXPECT_TRUE(Soon([&] { return Failures() == failures + 1; }));
    failures = Failures();
    EXPECT_TRUE(Call("reader-of-acme").ok());
  };
  WriteFile(tokens_file_, "alice boss acme 1234\n");
  expect_kept();
  WriteFile(tokens_file_, "");
  expect_kept();
  std::filesystem::remove(tokens_file_);
  expect_kept();
  WriteFile(tokens_file_, Line("new", "reader", "acme", "new-token"));
  EXPECT_TRUE(Soon([&] { return Call("new-token").ok(); }));
  EXPECT_EQ(Failures(), failures);
}

TEST_F(TokensFile, ABrokenOneIsNotStartedWith) {
  const auto start = [&](const std::string& file) {
    return RunCommand(std::string(TRAIND_BINARY_DIR) + "/traind",
                      {"--grpc_address=127.0.0.1:0", "--metrics_address=127.0.0.1:0", "--data_dir=" + data_.path(),
                       "--tokens_file=" + file});
  };
  WriteFile(tokens_file_, absl::StrCat(Line("a", "reader", "acme", "a"), "b boss acme secret-token-in-clear\n"));
  const CommandResult broken = start(tokens_file_);
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.err, AllOf(HasSubstr("--tokens_file"), HasSubstr(tokens_file_), HasSubstr("line 2"),
                                HasSubstr("'boss'; must be reader, trainer or admin"), HasSubstr("64 hex digits"),
                                Not(HasSubstr("secret-token"))));
  const CommandResult missing = start(folder_.path() + "/none");
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, AllOf(HasSubstr("--tokens_file"), HasSubstr("/none"), HasSubstr("No such file")));
}

TEST_F(TokensFile, IsNowhereInMetrics) {
  Start();
  EXPECT_TRUE(Call("reader-of-acme").ok());
  EXPECT_FALSE(Call("wrong-token").ok());
  const std::string page = traind_->HttpGet("/metrics");
  for (const char* secret : {"reader-of-acme", "wrong-token", "acme"}) EXPECT_THAT(page, Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace traind
