#include "engine/optimizers/gradient_sum.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/core/threads.h"
#include "tests/engine/random_values.h"

namespace traind::engine {
namespace {

// A row's gradient is a column of `rows`; that of a batch is their mean.
std::vector<float> BatchGradient(const std::vector<std::vector<float>>& rows, std::size_t begin, std::size_t end) {
  std::vector<float> mean(rows[0].size());
  for (std::size_t i = 0; i < mean.size(); ++i) {
    double sum = 0;
    for (std::size_t row = begin; row < end; ++row) sum += rows[row][i];
    mean[i] = static_cast<float>(sum / static_cast<double>(end - begin));
  }
  return mean;
}

TEST(GradientSumTest, SeveralBatchesAreOneOfAllTheirRowsAShortLastOneToo) {
  for (const int64_t size : {int64_t{3}, int64_t{200'001}}) {
    for (const int threads : {1, 3}) {
      const ScopedThreads scoped(threads);
      std::vector<std::vector<float>> rows;
      for (uint32_t row = 0; row < 10; ++row) rows.push_back(RandomValues(size, row));
      GradientSum sum(size);
      for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(sum.batches(), 0);
        std::vector<float> gradients;
        for (const auto& [begin, end] : {std::pair(0, 4), std::pair(4, 8), std::pair(8, 10)}) {
          gradients = BatchGradient(rows, begin, end);
          sum.Add(gradients, end - begin);
        }
        EXPECT_EQ(sum.batches(), 3);
        sum.Take(gradients);
        const std::vector<float> expected = BatchGradient(rows, 0, 10);
        for (int64_t i = 0; i < size; ++i) ASSERT_NEAR(gradients[i], expected[i], 1e-6);
      }
    }
  }
}

}  // namespace
}  // namespace traind::engine
