// Takes the power away at every moment of some work.
#ifndef TRAIND_TESTS_SERVER_STORAGE_POWER_LOSS_H_
#define TRAIND_TESTS_SERVER_STORAGE_POWER_LOSS_H_

#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "tests/server/storage/power_loss_file_system.h"

namespace traind {

// On a new disk each time, `work` runs until the power fails before its first change, its second, and so on, at last
// after all of them. `check` then looks at the disk that each way of losing leaves.
inline void AtEveryPowerLoss(const std::function<void(PowerLossFileSystem&)>& work,
                             const std::function<void(PowerLossFileSystem&)>& check) {
  using Unsynced = PowerLossFileSystem::Unsynced;
  bool done = false;
  for (int change = 1; !done; ++change) {
    for (const auto& [unsynced, seed] :
         {std::pair(Unsynced::kLost, 0), std::pair(Unsynced::kKept, 0), std::pair(Unsynced::kByChance, 1),
          std::pair(Unsynced::kByChance, 2), std::pair(Unsynced::kByChance, 3)}) {
      SCOPED_TRACE(testing::Message() << "power lost before change " << change << ", way " << static_cast<int>(unsynced)
                                      << ", seed " << seed);
      PowerLossFileSystem files;
      files.CutPowerBefore(change);
      work(files);
      done = !files.power_is_off();
      files.PowerOn(unsynced, static_cast<uint32_t>(seed));
      check(files);
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace traind

#endif  // TRAIND_TESTS_SERVER_STORAGE_POWER_LOSS_H_
