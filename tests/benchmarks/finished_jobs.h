// A store as it is after years: jobs that have ended, with their logs and their models, put there without training.
#ifndef TRAIND_TESTS_BENCHMARKS_FINISHED_JOBS_H_
#define TRAIND_TESTS_BENCHMARKS_FINISHED_JOBS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace traind {

// `done-7` for 7.
std::string FinishedJobId(int64_t index);

// Adds the jobs `first` to `last - 1` of one epoch, each SUCCEEDED with a log of four events and a model (all of them
// with the same weights), to the store in `data_dir`, which no server may use meanwhile.
absl::Status AddFinishedJobs(const std::string& data_dir, int64_t first, int64_t last);

}  // namespace traind

#endif  // TRAIND_TESTS_BENCHMARKS_FINISHED_JOBS_H_
