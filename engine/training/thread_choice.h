// How many threads a training is worth.
#ifndef TRAIND_ENGINE_TRAINING_THREAD_CHOICE_H_
#define TRAIND_ENGINE_TRAINING_THREAD_CHOICE_H_

#include "engine/data/dataset_view.h"
#include "engine/training/spec.h"

namespace traind::engine {

// The spec's own number if it names one. Else 1 for a network whose steps are over in a few milliseconds, where waking
// a second thread costs more than it brings (and far more where the cores are busy), else `available`. `spec` has no
// faults.
int ChooseThreads(const TrainingSpec& spec, const DatasetShape& shape, int available);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_THREAD_CHOICE_H_
