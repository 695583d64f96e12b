#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"

ABSL_FLAG(int, cycles, 8, "how often the server is killed");
ABSL_FLAG(int, flips, 1, "places of each file that are flipped, and cut");
ABSL_FLAG(uint64_t, seed, 1, "of all that is random");
ABSL_FLAG(double, soak_seconds, 10, "how long the server is kept at full load");
ABSL_FLAG(std::string, soak_csv, "", "file that gets what the server took, second by second; none if empty");
ABSL_FLAG(double, stopped_seconds, 2, "how long the server is stopped with SIGSTOP");

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  absl::ParseCommandLine(argc, argv);
  return RUN_ALL_TESTS();
}
