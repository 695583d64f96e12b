#include "client/cli/profile_table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace traind::client {
namespace {

void Add(v1::TrainingResult& result, const char* phase, double seconds, double share) {
  v1::PhaseTime& time = *result.add_profile();
  time.set_phase(phase);
  time.set_seconds(seconds);
  time.set_share(share);
}

std::string Printed(const v1::TrainingResult& result) {
  std::ostringstream out;
  PrintProfile(out, result);
  return out.str();
}

TEST(ProfileTableTest, ALineAPhase) {
  v1::TrainingResult result;
  Add(result, "gather", 0.25, 0.025);
  Add(result, "forward", 9.75, 0.975);
  EXPECT_EQ(Printed(result),
            "\n"
            "PHASE    SECONDS  SHARE\n"
            "gather     0.250   2.5%\n"
            "forward    9.750  97.5%\n");
}

TEST(ProfileTableTest, NothingWithoutAProfile) { EXPECT_EQ(Printed({}), ""); }

}  // namespace
}  // namespace traind::client
