// Every row of the catalogue over real gRPC to a real server, and what holds for all of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/integration/bad_inputs/catalogue.h"

namespace traind {

static void PrintTo(const BadInput& row, std::ostream* out) { *out << row.name; }

namespace {

using ::testing::ContainerEq;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

// A disk in memory, where it may be mounted.
class SmallDisk {
 public:
  explicit SmallDisk(int megabytes) {
    mounted_ = mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, absl::StrCat("size=", megabytes, "m").c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount2(folder_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }
  const std::string& path() const { return folder_.path(); }

 private:
  const TemporaryFolder folder_;
  bool mounted_ = false;
};

// What was only being written is removed a moment after the answer.
void ExpectStored(const std::set<std::string>& expected, BadInputServer& server) {
  std::set<std::string> stored = server.Stored();
  for (int i = 0; i < 200 && stored != expected; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    stored = server.Stored();
  }
  EXPECT_THAT(stored, ContainerEq(expected));
}

void ExpectRefusal(const grpc::Status& status, const BadInput& bad) {
  EXPECT_FALSE(status.error_message().empty());
  EXPECT_THAT(status.error_message(), HasSubstr(bad.message));
  if (bad.by_grpc) return;
  const Refusal refusal = RefusalOf(status);
  EXPECT_THAT(refusal.fields(), IsSupersetOf(bad.fields)) << status.error_message();
  // A message that cannot be read has no fields.
  if (bad.code == Code::INVALID_ARGUMENT && refusal.info.reason() != "MALFORMED_REQUEST") {
    EXPECT_FALSE(bad.fields.empty());
  }
}

void Try(const BadInput& bad, BadInputServer& server) {
  SCOPED_TRACE(absl::StrCat(bad.name, " (", bad.number == 0 ? "beyond the list" : Faults()[bad.number - 1].what, ")"));
  if (bad.prepare) bad.prepare(server);
  const std::set<std::string> before = server.Stored();
  const grpc::Status status = bad.send(server);
  EXPECT_EQ(status.error_code(), bad.code) << status.error_message();
  if (bad.code != Code::OK) ExpectRefusal(status, bad);
  ExpectStored(before, server);
}

TEST(BadInputs, AreAnsweredAndLeaveNothing) {
  BadInputServer server({"--memory_budget_mb=1024"});
  for (const BadInput& bad : AllBadInputs()) {
    if (!bad.has_own_server()) Try(bad, server);
  }
  server.EndWell();
}

class BadInputAlone : public ::testing::TestWithParam<BadInput> {};

TEST_P(BadInputAlone, IsAnsweredAndLeavesNothing) {
  const BadInput& bad = GetParam();
  std::unique_ptr<SmallDisk> disk;
  if (bad.disk_mb > 0) {
    disk = std::make_unique<SmallDisk>(bad.disk_mb);
    if (!disk->mounted()) GTEST_SKIP() << "no disk can be mounted here";
  }
  BadInputServer server(bad.flags, disk == nullptr ? "" : disk->path());
  Try(bad, server);
  server.EndWell();
}

std::vector<BadInput> WithServersOfTheirOwn() {
  std::vector<BadInput> rows = AllBadInputs();
  std::erase_if(rows, [](const BadInput& row) { return !row.has_own_server(); });
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, BadInputAlone, ::testing::ValuesIn(WithServersOfTheirOwn()),
                         [](const auto& row) { return row.param.name; });

TEST(BadInputs, AreAllInTheTable) {
  std::map<int, int> rows;
  std::set<std::string> names;
  for (const BadInput& bad : AllBadInputs()) {
    SCOPED_TRACE(bad.name);
    EXPECT_TRUE(names.insert(bad.name).second) << "two rows have this name";
    EXPECT_NE(bad.code, Code::INTERNAL);
    EXPECT_NE(bad.code, Code::UNKNOWN);
    ASSERT_LE(bad.number, static_cast<int>(Faults().size()));
    ++rows[bad.number];
    if (bad.number > 0) {
      EXPECT_EQ(bad.code, Faults()[bad.number - 1].code);
    }
  }
  for (size_t i = 0; i < Faults().size(); ++i) {
    const Fault& fault = Faults()[i];
    EXPECT_EQ(fault.number, static_cast<int>(i) + 1);
    EXPECT_TRUE(rows[fault.number] > 0 || fault.elsewhere != nullptr) << fault.number << ": " << fault.what;
  }
  EXPECT_EQ(Faults().size(), 60u);
}

}  // namespace
}  // namespace traind
