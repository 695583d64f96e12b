// Values that a script in tests/golden wrote: lines of a case, a step and numbers.
#ifndef TRAIND_TESTS_ENGINE_OPTIMIZERS_GOLDEN_H_
#define TRAIND_TESTS_ENGINE_OPTIMIZERS_GOLDEN_H_

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace traind::engine {

// The numbers of each step, by case.
using Golden = std::map<std::string, std::vector<std::vector<double>>>;

inline Golden ReadGolden(const std::string& file_name) {
  std::ifstream file(TRAIND_SOURCE_DIR "/tests/golden/" + file_name);
  Golden golden;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    int step = 0;
    words >> name >> step;
    auto& numbers = golden[name].emplace_back();
    for (double number = 0; words >> number;) numbers.push_back(number);
  }
  return golden;
}

}  // namespace traind::engine

#endif  // TRAIND_TESTS_ENGINE_OPTIMIZERS_GOLDEN_H_
