// Rows and what scikit-learn says of them: tests/golden/make_metrics.py.
#ifndef TRAIND_TESTS_ENGINE_METRICS_GOLDEN_METRICS_H_
#define TRAIND_TESTS_ENGINE_METRICS_GOLDEN_METRICS_H_

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "engine/metrics/metric.h"

namespace traind::engine {

struct GoldenFigure {
  std::optional<double> value;
  std::optional<MetricTable> table;
};

struct GoldenCase {
  std::string name;
  MetricShape shape;
  std::vector<int32_t> classes;
  std::vector<float> targets;
  std::vector<float> predictions;
  std::map<std::string, GoldenFigure> figures;  // by the metric's name on the wire
};

inline void PrintTo(const GoldenCase& golden, std::ostream* out) { *out << golden.name; }

std::vector<GoldenCase> ReadGoldenMetrics();

}  // namespace traind::engine

#endif  // TRAIND_TESTS_ENGINE_METRICS_GOLDEN_METRICS_H_
