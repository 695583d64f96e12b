// The handwritten digits of examples/digits.csv and the network that learns them.
#ifndef TRAIND_TESTS_ENGINE_DIGITS_H_
#define TRAIND_TESTS_ENGINE_DIGITS_H_

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/data/dataset_view.h"
#include "engine/training/spec.h"

namespace traind::engine {

// Rows in memory.
struct Rows {
  std::vector<float> features;
  std::vector<int32_t> classes;
  int64_t width = 0;
  int64_t class_count = 0;

  DatasetView view() const {
    return {.shape = {.rows = static_cast<int64_t>(classes.size()), .features = width, .classes = class_count},
            .features = features.data(),
            .classes = classes.data()};
  }
};

// 1,797 rows of 64 pixels.
inline Rows LoadDigits() {
  Rows rows;
  rows.width = 64;
  rows.class_count = 10;
  std::ifstream file(TRAIND_SOURCE_DIR "/examples/digits.csv");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const char* at = line.c_str();
    for (int64_t i = 0; i <= rows.width; ++i) {
      char* end = nullptr;
      const float value = std::strtof(at, &end);
      at = end + 1;
      if (i < rows.width) {
        rows.features.push_back(value);
      } else {
        rows.classes.push_back(static_cast<int32_t>(value));
      }
    }
  }
  if (rows.classes.size() != 1797) throw std::runtime_error("examples/digits.csv is not the file it was");
  return rows;
}

// Dense 128 - BN - ReLU - Dense 64 - BN - ReLU - Dense 10 - softmax, as examples/digits.json has it.
inline TrainingSpec DigitsSpec() {
  TrainingSpec spec;
  for (const int64_t units : {128, 64}) {
    spec.model.layers.push_back({"", DenseSpec{.units = units}});
    spec.model.layers.push_back({"", BatchNormalizationSpec{}});
    spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kRelu}});
  }
  spec.model.layers.push_back({"", DenseSpec{.units = 10}});
  spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kSoftmax}});
  spec.optimizer.kind = AdamSpec{};
  spec.metrics = {Metric::kAccuracy};
  spec.epochs = 20;
  spec.batch_size = 32;
  spec.seed = 7;
  spec.validation_split = 0.2;
  return spec;
}

}  // namespace traind::engine

#endif  // TRAIND_TESTS_ENGINE_DIGITS_H_
