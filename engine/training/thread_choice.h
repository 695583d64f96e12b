// How many threads a training is worth.
#ifndef TRAIND_ENGINE_TRAINING_THREAD_CHOICE_H_
#define TRAIND_ENGINE_TRAINING_THREAD_CHOICE_H_

#include "engine/data/dataset_view.h"
#include "engine/training/spec.h"

namespace traind::engine {

// The work that threads share between two waits for each other: multiplications in a step, those of the forward and of
// both backward products, a dense layer on average. `spec` has no faults.
double ProductsPerLayer(const TrainingSpec& spec, const DatasetShape& shape);

// What each thread must have of ProductsPerLayer to be worth its core. Measured by tests/benchmarks/thread_grid.cc,
// which says how well this number chooses and how well others would: to be run again when kernels have become faster.
// On 2 cores of a Zen 4 (oneDNN 2.6.3, float32, 88 networks of 1 to 4 hidden layers 16 to 1024 wide, batches of 32 to
// 2048) a second thread begins to pay between 1.3e6 and 3.4e6 products a layer; from 4e6 on it makes a step 1.3 times
// as fast or more. What is less than that is better left to the next job.
//
// Two limits. The spec's precision is not looked at: with bfloat16, whose products are over sooner, a second thread
// pays later than this says, by how much was not measured. And nothing was measured beyond two threads: that a third is
// worth its core where each has as much is an assumption.
inline constexpr double kProductsPerThread = 2e6;

// The spec's own number if it names one. Else as many as have kProductsPerThread each, at least 1, at most `available`:
// the same for the same spec, shape and `available` on every machine, since the number decides the last bits of the
// weights. `spec` has no faults.
int ChooseThreads(const TrainingSpec& spec, const DatasetShape& shape, int available);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_THREAD_CHOICE_H_
