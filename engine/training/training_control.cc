#include "engine/training/training_control.h"

namespace traind::engine {

TrainingControl::TrainingControl(const TrainingSpec& spec, const Weights& weights)
    : early_stopping_(spec.early_stopping) {
  if (early_stopping_) {
    stopping_monitor_.emplace(early_stopping_->monitor, early_stopping_->mode, early_stopping_->min_delta);
  }
  if (spec.keep_best) keeping_monitor_.emplace(spec.keep_best->monitor, spec.keep_best->mode, /*min_delta=*/0);
  if (spec.keep_best || (early_stopping_ && early_stopping_->restore_best_weights)) kept_.emplace(weights);
}

void TrainingControl::EpochEnded(int64_t epoch, const MetricReport& report, const Weights& weights) {
  bool is_best = keeping_monitor_ && keeping_monitor_->Improves(report.values);
  if (stopping_monitor_ && stopping_monitor_->IsIn(report.values)) {
    if (stopping_monitor_->Improves(report.values)) {
      epochs_without_improvement_ = 0;
      is_best = is_best || early_stopping_->restore_best_weights;
    } else {
      // As in Keras the first epoch never ends a training.
      stops_ = ++epochs_without_improvement_ >= early_stopping_->patience && epoch > 1;
    }
  }
  if (!is_best || !kept_) return;
  kept_->Keep(weights);
  kept_report_ = report;
  best_epoch_ = epoch;
}

int64_t TrainingControl::RestoreBest(Weights& weights, MetricReport& report) const {
  if (best_epoch_ == 0) return 0;
  kept_->Restore(weights);
  report = kept_report_;
  return best_epoch_;
}

void TrainingControl::VisitState(StateVisitor& visit) {
  if (stopping_monitor_) visit.In("stopping_monitor", *stopping_monitor_);
  if (keeping_monitor_) visit.In("keeping_monitor", *keeping_monitor_);
  visit("epochs_without_improvement", epochs_without_improvement_);
  visit("stops", stops_);
  if (!kept_) return;
  visit("best_epoch", best_epoch_);
  if (best_epoch_ == 0) return;
  visit.In("kept", *kept_);
  visit.In("kept_report", kept_report_);
}

}  // namespace traind::engine
