#include "tests/engine/metrics/golden_metrics.h"

#include <fstream>
#include <sstream>

namespace traind::engine {
namespace {

template <typename T>
std::vector<T> ReadNumbers(std::istream&& words) {
  std::vector<T> numbers;
  for (T number; words >> number;) numbers.push_back(number);
  return numbers;
}

template <typename T>
std::vector<T> ReadLine(std::istream& file) {
  std::string line;
  std::getline(file, line);
  return ReadNumbers<T>(std::istringstream(line));
}

GoldenFigure ReadFigure(std::istringstream& words) {
  GoldenFigure figure;
  std::string kind;
  words >> kind;
  if (kind == "value") {
    words >> figure.value.emplace();
  } else if (kind == "table") {
    words >> figure.table.emplace().columns;
    figure.table->values = ReadNumbers<double>(std::move(words));
  }
  return figure;
}

}  // namespace

std::vector<GoldenCase> ReadGoldenMetrics() {
  std::vector<GoldenCase> cases;
  std::ifstream file(TRAIND_SOURCE_DIR "/tests/golden/metrics.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    GoldenCase golden;
    MetricShape& shape = golden.shape;
    words >> word >> golden.name >> shape.classes >> shape.width >> shape.threshold >> shape.top_k;
    if (shape.classes > 0) {
      golden.classes = ReadLine<int32_t>(file);
    } else {
      golden.targets = ReadLine<float>(file);
    }
    golden.predictions = ReadLine<float>(file);
    shape.rows = static_cast<int64_t>(golden.predictions.size()) / shape.width;
    while (std::getline(file, line) && line != "end") {
      words = std::istringstream(line);
      words >> word;
      golden.figures[word] = ReadFigure(words);
    }
    cases.push_back(std::move(golden));
  }
  return cases;
}

}  // namespace traind::engine
