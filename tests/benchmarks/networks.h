// The networks that traind is measured with.
#ifndef TRAIND_TESTS_BENCHMARKS_NETWORKS_H_
#define TRAIND_TESTS_BENCHMARKS_NETWORKS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace traind::engine {

// Dense without bias, batch normalization and relu for each of `hidden`, then dense with bias and softmax.
struct Network {
  std::string name;
  int64_t inputs = 0;
  std::vector<int64_t> hidden = {};
  int64_t classes = 0;
  int64_t batch = 0;
};

inline const std::vector<Network>& Networks() {
  static const std::vector<Network> networks = {{"S", 64, {128, 64}, 10, 32},
                                                {"S256", 64, {128, 64}, 10, 256},
                                                {"T", 100, {256, 128, 64}, 2, 1024},
                                                {"M", 256, {512, 512, 512}, 10, 256},
                                                {"L", 1024, {2048, 2048, 2048}, 1000, 1024}};
  return networks;
}

// One of Networks() by its name, or any other: `64-128-64-10@32` is S. Nothing if it is neither.
inline std::optional<Network> NetworkCalled(const std::string& name) {
  for (const Network& network : Networks()) {
    if (network.name == name) return network;
  }
  const std::vector<std::string> parts = absl::StrSplit(name, '@');
  Network network = {.name = name};
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[1], &network.batch) || network.batch < 2) return std::nullopt;
  for (const absl::string_view width : absl::StrSplit(parts[0], '-', absl::SkipEmpty())) {
    if (!absl::SimpleAtoi(width, &network.hidden.emplace_back()) || network.hidden.back() < 1) return std::nullopt;
  }
  if (network.hidden.size() < 2) return std::nullopt;
  network.inputs = network.hidden.front();
  network.classes = network.hidden.back();
  network.hidden = {network.hidden.begin() + 1, network.hidden.end() - 1};
  return network;
}

// Widths and batch size, as NetworkCalled reads them.
inline std::string Description(const Network& network) {
  return absl::StrCat(network.inputs, "-", absl::StrJoin(network.hidden, "-"), network.hidden.empty() ? "" : "-",
                      network.classes, "@", network.batch);
}

// Numbers that training moves.
inline int64_t CountWeights(const Network& network) {
  int64_t count = 0;
  int64_t inputs = network.inputs;
  for (const int64_t units : network.hidden) {
    count += inputs * units + 2 * units;
    inputs = units;
  }
  return count + (inputs + 1) * network.classes;
}

// Their datasets have this many batches: small ones stay in the cache, large ones do not, as in training.
inline constexpr int64_t kBatchesOfData = 32;

}  // namespace traind::engine

#endif  // TRAIND_TESTS_BENCHMARKS_NETWORKS_H_
