// A matrix with orthonormal rows or columns.
#ifndef TRAIND_ENGINE_LAYERS_ORTHOGONAL_H_
#define TRAIND_ENGINE_LAYERS_ORTHOGONAL_H_

#include <cstdint>
#include <span>

namespace traind::engine {

class Random;

// What FillOrthogonal's work grows with: the smaller of the sizes, squared, times the larger. At most that of a matrix
// of 2,048 x 2,048, some ten seconds of one core.
inline constexpr int64_t kMaxOrthogonalWork = int64_t{2'048} * 2'048 * 2'048;
bool CanFillOrthogonal(int64_t rows, int64_t columns);

// Fills a row-major [rows, columns] matrix: its rows, or its columns if they are fewer, become orthogonal to each other
// and `gain` long, uniformly distributed among such matrices (Saxe et al. 2013). The numbers do not depend on the
// number of threads.
void FillOrthogonal(double gain, int64_t rows, int64_t columns, Random& random, std::span<float> values);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_ORTHOGONAL_H_
