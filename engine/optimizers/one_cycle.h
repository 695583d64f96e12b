// A learning rate that rises once, then falls to nearly nothing.
#ifndef TRAIND_ENGINE_OPTIMIZERS_ONE_CYCLE_H_
#define TRAIND_ENGINE_OPTIMIZERS_ONE_CYCLE_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "engine/core/fields.h"
#include "engine/optimizers/schedule.h"

namespace traind::engine {

// Smith and Topin 2017, as PyTorch's OneCycleLR with cosines and without its cycle of momentum. The optimizer's
// learning rate is the highest: it is reached from learning_rate / div_factor, by step pct_start * total_steps - 1, and
// left for learning_rate / div_factor / final_div_factor, at step total_steps - 1, which stays.
struct OneCycleSpec {
  static constexpr const char* kName = "one_cycle";
  std::optional<int64_t> total_steps = {};  // all of the training
  double pct_start = 0.3;
  double div_factor = 25.0;
  double final_div_factor = 10'000.0;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("total_steps", self.total_steps, WholeRange{2, kMaxScheduleSteps});
    visit("pct_start", self.pct_start, RealRange{0, 1, false, false});
    visit("div_factor", self.div_factor, Between(1, 1e9));
    visit("final_div_factor", self.final_div_factor, Between(1, 1e9));
  }
  std::unique_ptr<Schedule> Make(const ScheduleScope& scope) const;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPTIMIZERS_ONE_CYCLE_H_
