// Where a training run is, as far as plain numbers tell.
#ifndef TRAIND_ENGINE_TRAINING_RUN_STATE_H_
#define TRAIND_ENGINE_TRAINING_RUN_STATE_H_

#include <cstdint>

#include "engine/core/state_visitor.h"
#include "engine/metrics/metric_accumulator.h"
#include "engine/training/trainer.h"

namespace traind::engine {

struct RunState {
  int64_t batches = 0;       // an epoch's, which follow from the spec
  TrainingOutcome outcome;   // `epochs` and `steps` of its progress follow from the spec, too
  bool validating = false;   // the epoch's training rows are done
  MetricReport report;       // then: on them
  int64_t updates = 0;       // of the weights
  double learning_rate = 0;  // of the last of them

  // Batches of the epoch that are done.
  int64_t batches_done() const { return outcome.progress.step - outcome.progress.epoch * batches; }

  // What is restored is a place where a run can be, whatever was saved.
  void VisitState(StateVisitor& visit);
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_RUN_STATE_H_
