// Training the same network on the handwritten digits with and without batch normalization.
#ifndef TRAIND_EXAMPLES_DIGITS_LABORATORY_H_
#define TRAIND_EXAMPLES_DIGITS_LABORATORY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/data/dataset_view.h"
#include "examples/line_chart.h"

// What differs between networks: `depth` hidden layers of 64 relu units, He's initialization times `gain`.
struct Setting {
  bool normalized = false;
  double learning_rate = 0.03;
  double gain = 1;
  double depth = 5;  // hidden layers
};

// What came out of the runs of a setting, one a seed.
struct Result {
  Measurement accuracy;                      // on held-out rows after the last epoch; chance if a run diverged
  std::optional<Measurement> steps_to_goal;  // until 95% of the held-out rows are right; nothing if a run never was
};

class DigitsLaboratory {
 public:
  // Reads examples/digits.csv. Throws std::runtime_error, as the other members do, when something is wrong.
  DigitsLaboratory(const std::string& csv_path, int64_t epochs, uint64_t seeds);

  // Trains by plain stochastic gradient descent in batches of 32 rows, a run a seed.
  Result Try(const Setting& setting) const;

  // The setting at whichever of the learning rates served best: for the accuracy, and by itself for the steps.
  Result TryTuned(Setting setting, const std::vector<double>& learning_rates) const;

 private:
  traind::engine::DatasetView view() const;

  std::vector<float> pixels_;  // standardized: each column has mean 0 and deviation 1, or is 0 throughout
  std::vector<int32_t> digits_;
  const int64_t epochs_;
  const uint64_t seeds_;
};

#endif  // TRAIND_EXAMPLES_DIGITS_LABORATORY_H_
