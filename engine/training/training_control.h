// What decides, between epochs, whether to go on and which weights to keep.
#ifndef TRAIND_ENGINE_TRAINING_TRAINING_CONTROL_H_
#define TRAIND_ENGINE_TRAINING_TRAINING_CONTROL_H_

#include <cstdint>
#include <optional>

#include "engine/core/state_visitor.h"
#include "engine/layers/weights.h"
#include "engine/metrics/metric_accumulator.h"
#include "engine/metrics/monitor.h"
#include "engine/training/kept_weights.h"
#include "engine/training/spec.h"

namespace traind::engine {

// Early stopping and keeping the best, see EarlyStoppingSpec and KeepBestSpec. Allocates only when made, but for the
// copies of reports.
class TrainingControl {
 public:
  TrainingControl(const TrainingSpec& spec, const Weights& weights);

  // After epoch `epoch`, counted from 1, which reported this under these weights.
  void EpochEnded(int64_t epoch, const MetricReport& report, const Weights& weights);

  // Whether early stopping ends the training here.
  bool stops() const { return stops_; }

  // Puts the best epoch's weights in place of those at the end, if they are to be kept. Returns that epoch, 0 if those
  // at the end stay; `report` becomes that of the epoch.
  int64_t RestoreBest(Weights& weights, MetricReport& report) const;

  void VisitState(StateVisitor& visit);

 private:
  const std::optional<EarlyStoppingSpec> early_stopping_;
  std::optional<Monitor> stopping_monitor_;
  std::optional<Monitor> keeping_monitor_;  // of keep_best; early stopping keeps by its own
  std::optional<KeptWeights> kept_;
  MetricReport kept_report_;
  int64_t best_epoch_ = 0;
  int64_t epochs_without_improvement_ = 0;
  bool stops_ = false;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_TRAINING_CONTROL_H_
