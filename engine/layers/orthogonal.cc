#include "engine/layers/orthogonal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "engine/core/multiversion.h"
#include "engine/core/parallel.h"
#include "engine/core/random.h"

namespace traind::engine {
namespace {

// vectors[i] -= (direction . vectors[i]) * direction, for vectors of `length` numbers one after another.
TRAIND_MULTIVERSION void TakeOut(int64_t length, const double* __restrict direction, int64_t count,
                                 double* __restrict vectors) {
  constexpr int64_t kLanes = 16;
  for (int64_t v = 0; v < count; ++v) {
    double* __restrict const vector = vectors + v * length;
    // Partial sums side by side: the compiler may not reorder one sum.
    std::array<double, kLanes> sums = {};
    int64_t i = 0;
    for (; i + kLanes <= length; i += kLanes) {
      for (int64_t lane = 0; lane < kLanes; ++lane) sums[lane] += direction[i + lane] * vector[i + lane];
    }
    double dot = 0;
    for (; i < length; ++i) dot += direction[i] * vector[i];
    for (const double sum : sums) dot += sum;
    for (int64_t j = 0; j < length; ++j) vector[j] -= dot * direction[j];
  }
}

}  // namespace

bool CanFillOrthogonal(int64_t rows, int64_t columns) {
  const auto [smaller, larger] = std::minmax(rows, columns);
  return static_cast<double>(smaller) * static_cast<double>(smaller) * static_cast<double>(larger) <=
         static_cast<double>(kMaxOrthogonalWork);
}

void FillOrthogonal(double gain, int64_t rows, int64_t columns, Random& random, std::span<float> values) {
  const auto [count, length] = std::minmax(rows, columns);
  std::vector<double> vectors(values.size());
  for (double& number : vectors) number = random.Normal();
  // Modified Gram-Schmidt: its factor R has a positive diagonal, the choice of signs that makes the result uniform.
  // In double precision one pass loses far less than the digits of a float.
  for (int64_t v = 0; v < count; ++v) {
    double* const vector = vectors.data() + v * length;
    double squares = 0;
    for (int64_t i = 0; i < length; ++i) squares += vector[i] * vector[i];
    const double scale = 1 / std::sqrt(squares);
    for (int64_t i = 0; i < length; ++i) vector[i] *= scale;
    double* const others = vector + length;
    ParallelFor(count - v - 1, 1 + 16'384 / length, [&, size = length](int64_t begin, int64_t end) {
      TakeOut(size, vector, end - begin, others + begin * size);
    });
  }
  for (int64_t v = 0; v < count; ++v) {
    for (int64_t i = 0; i < length; ++i) {
      values[rows <= columns ? v * columns + i : i * columns + v] = static_cast<float>(gain * vectors[v * length + i]);
    }
  }
}

}  // namespace traind::engine
