// Every loss with every kind of label, settings and input that it takes.
#ifndef TRAIND_TESTS_ENGINE_LOSSES_LOSS_CASES_H_
#define TRAIND_TESTS_ENGINE_LOSSES_LOSS_CASES_H_

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "engine/losses/loss_spec.h"

namespace traind::engine {

// The same numbers as values() of tests/golden/make_losses.py: no generator, no transcendental functions.
inline std::vector<float> FormulaValues(int64_t count, int64_t stream, double low, double high) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    values.push_back(
        static_cast<float>(low + (high - low) * static_cast<double>((i * 7919 + stream * 104729) % 2003) / 2003.0));
  }
  return values;
}

// The loss of one row, written down as in the textbook, without care for large numbers; `label` is its class if it has
// one.
using RowReference = std::function<double(const std::vector<double>& outputs, int32_t label, const float* targets)>;

struct LossCase {
  std::string name;
  LossSpec spec = {};
  RowReference reference = {};
  bool has_classes = false;
  double low = -4;  // of the outputs
  double high = 4;
  double target_low = -4;
  double target_high = 4;
};

inline void PrintTo(const LossCase& loss_case, std::ostream* out) { *out << loss_case.name; }

// Rows for a case.
struct LossInput {
  LossInput(const LossCase& loss_case, int64_t row_count, int64_t outputs_a_row)
      : rows(row_count),
        width(outputs_a_row),
        outputs(FormulaValues(rows * width, 1, loss_case.low, loss_case.high)),
        weights(FormulaValues(rows, 3, 0, 3)) {
    const bool is_binary = LabelsOf(loss_case.spec) == LabelKind::kBinary;
    if (loss_case.has_classes) {
      for (int64_t row = 0; row < rows; ++row) {
        classes.push_back(static_cast<int32_t>((row * 7 + 1) % (is_binary ? 2 : width)));
      }
    } else {
      targets = FormulaValues(rows * width, 2, loss_case.target_low, loss_case.target_high);
    }
  }

  Labels labels(bool weighted) const {
    return {.classes = classes.empty() ? nullptr : classes.data(),
            .targets = targets.empty() ? nullptr : targets.data(),
            .weights = weighted ? weights.data() : nullptr};
  }

  int64_t rows;
  int64_t width;
  std::vector<float> outputs;
  std::vector<float> weights;
  std::vector<int32_t> classes;
  std::vector<float> targets;
};

std::vector<LossCase> LossCases();

// Whether the case has one output a row.
inline bool WantsOneOutput(const LossCase& loss_case) {
  return loss_case.has_classes && LabelsOf(loss_case.spec) == LabelKind::kBinary;
}

}  // namespace traind::engine

#endif  // TRAIND_TESTS_ENGINE_LOSSES_LOSS_CASES_H_
