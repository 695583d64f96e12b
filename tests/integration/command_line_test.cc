// What traind says to whoever starts it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

using ::testing::HasSubstr;

CommandResult Traind(const std::vector<std::string>& flags) {
  return RunCommand(absl::StrCat(TRAIND_BINARY_DIR, "/traind"), flags);
}

TEST(CommandLine, VersionAndHelp) {
  CommandResult version = Traind({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, HasSubstr("traind "));
  CommandResult help = Traind({"--help"});
  for (const char* flag : {"--grpc_address", "--metrics_address", "--data_dir", "--cores", "traind ready"}) {
    EXPECT_THAT(help.out, HasSubstr(flag));
  }
}

TEST(CommandLine, EveryBadFlagIsNamedWithWhatItMayBe) {
  CommandResult result =
      Traind({"--grpc_address=nowhere", "--metrics_address=127.0.0.1:99999", "--data_dir=", "--cores=-1",
              "--max_queued_jobs=0", "--memory_budget_mb=-1", "--max_upload_bytes=0", "--upload_ttl=0s",
              "--upload_patience=1ms", "--max_upload_streams=0", "stray"});
  EXPECT_EQ(result.exit_code, 1);
  for (const char* part :
       {"--grpc_address: 'nowhere'; must be HOST:PORT", "--metrics_address: '127.0.0.1:99999'", "--data_dir: is empty",
        "--cores: -1; must be 0 to 1024", "--max_queued_jobs: 0", "--memory_budget_mb", "--max_upload_bytes: 0",
        "--upload_ttl: 0; must be 1s to 8760h", "--upload_patience: 1ms", "--max_upload_streams: 0", "stray"}) {
    EXPECT_THAT(result.err, HasSubstr(part));
  }
  EXPECT_EQ(Traind({"--worker_treads=2"}).exit_code, 1);
}

TEST(CommandLine, ADataFolderThatCannotBeIsNamed) {
  CommandResult result =
      Traind({"--data_dir=/proc/none", "--grpc_address=127.0.0.1:0", "--metrics_address=127.0.0.1:0"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("/proc/none"));
}

}  // namespace
}  // namespace traind
