#include "engine/training/run_state.h"

namespace traind::engine {

void RunState::VisitState(StateVisitor& visit) {
  using End = TrainingOutcome::End;
  TrainingProgress& progress = outcome.progress;
  auto end = static_cast<int64_t>(outcome.end);
  visit.Count("end", end, static_cast<int64_t>(End::kFinished), static_cast<int64_t>(End::kStepBudget));
  outcome.end = static_cast<End>(end);
  visit("validating", validating);
  visit.Count("epoch", progress.epoch, 0, progress.epochs - (validating ? 1 : 0));
  // An epoch that a budget cut short was the last.
  const bool goes_on = outcome.end == End::kFinished;
  const int64_t before = progress.epoch * batches;
  const int64_t least = !goes_on ? 0 : validating ? before + batches : before;
  const int64_t most = !goes_on ? progress.steps : progress.epoch == progress.epochs ? before : before + batches;
  visit.Count("step", progress.step, least, most);
  visit("samples", progress.samples);
  visit("seconds", progress.seconds);
  visit("mean_loss", progress.mean_loss);
  visit.In("metrics", outcome.metrics);
  if (validating) visit.In("report", report);
  visit("updates", updates);
  visit("learning_rate", learning_rate);
}

}  // namespace traind::engine
