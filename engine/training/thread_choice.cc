#include "engine/training/thread_choice.h"

#include <algorithm>
#include <cstdint>

#include "engine/training/validate.h"

namespace traind::engine {
namespace {

// Some 2 ms of one core's work.
constexpr double kWorthThreads = 1e8;

}  // namespace

int ChooseThreads(const TrainingSpec& spec, const DatasetShape& shape, int available) {
  if (spec.threads > 0) return static_cast<int>(spec.threads);
  const int64_t rows = std::min(spec.batch_size, shape.rows);
  // Each weight takes part in three products a row: forward, and backward for data and for weights.
  const double multiplications =
      3.0 * static_cast<double>(rows) * static_cast<double>(CountParameters(spec.model, shape.features));
  return multiplications < kWorthThreads ? 1 : available;
}

}  // namespace traind::engine
