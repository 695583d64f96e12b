#include "engine/training/thread_choice.h"

#include <gtest/gtest.h>

namespace traind::engine {
namespace {

constexpr int kCores = 2;

// Dense, batch normalization and relu for each of `hidden`, then dense.
TrainingSpec Network(const std::vector<int64_t>& hidden, int64_t outputs, int64_t batch_size) {
  TrainingSpec spec;
  for (const int64_t units : hidden) {
    spec.model.layers.push_back({"", DenseSpec{.units = units}});
    spec.model.layers.push_back({"", BatchNormalizationSpec{}});
    spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kRelu}});
  }
  spec.model.layers.push_back({"", DenseSpec{.units = outputs}});
  spec.batch_size = batch_size;
  return spec;
}

DatasetShape Features(int64_t features) { return {.rows = 100'000, .features = features, .classes = 10}; }

TEST(ChooseThreads, OneWhereTheSecondCostsMoreThanItBrings) {
  EXPECT_EQ(ChooseThreads(Network({128, 64}, 10, 32), Features(64), kCores), 1);
  EXPECT_EQ(ChooseThreads(Network({128, 128}, 10, 32), Features(128), kCores), 1);
  EXPECT_EQ(ChooseThreads(Network({16, 16, 16, 16}, 10, 2048), Features(16), kCores), 1);
}

TEST(ChooseThreads, TwoWhereTheSecondPays) {
  EXPECT_EQ(ChooseThreads(Network({128, 64}, 10, 256), Features(64), kCores), 2);
  EXPECT_EQ(ChooseThreads(Network({256, 128, 64}, 2, 1024), Features(100), kCores), 2);
  EXPECT_EQ(ChooseThreads(Network({512, 512, 512}, 10, 256), Features(256), kCores), 2);
  EXPECT_EQ(ChooseThreads(Network({2048, 2048, 2048}, 1000, 1024), Features(1024), kCores), 2);
}

TEST(ChooseThreads, MoreWorkIsWorthMoreThreads) {
  const DatasetShape shape = Features(64);
  int before = 1;
  for (int64_t batch = 32; batch <= 32'768; batch *= 2) {
    const int threads = ChooseThreads(Network({128, 64}, 10, batch), shape, 64);
    EXPECT_GE(threads, before) << batch;
    EXPECT_LE(threads, 64);
    before = threads;
  }
  EXPECT_EQ(before, 64);
  EXPECT_EQ(ChooseThreads(Network({128, 64}, 10, 1024), shape, 64), 8);
}

TEST(ChooseThreads, OneCoreIsOneThread) {
  EXPECT_EQ(ChooseThreads(Network({2048, 2048}, 10, 1024), Features(1024), 1), 1);
}

TEST(ChooseThreads, WhatTheSpecSaysIsTaken) {
  TrainingSpec spec = Network({128, 64}, 10, 32);
  spec.threads = 3;
  EXPECT_EQ(ChooseThreads(spec, Features(64), kCores), 3);
}

TEST(ProductsPerLayer, CountsThreeProductsARowAndDenseLayer) {
  TrainingSpec spec;
  spec.model.layers = {{"", DenseSpec{.units = 20}}, {"", DenseSpec{.units = 4}}};
  spec.batch_size = 7;
  EXPECT_EQ(ProductsPerLayer(spec, Features(10)), 3.0 * 7 * (10 * 20 + 20 * 4) / 2);
}

TEST(ProductsPerLayer, LooksIntoResidualsAndPastEmbeddings) {
  TrainingSpec spec;
  spec.model.layers = {{"", EmbeddingSpec{.columns = {{.column = 0, .input_dim = 1'000'000, .output_dim = 8}}}},
                       {"", ResidualSpec{.layers = {{"", DenseSpec{.units = 10}}}}},
                       {"", DenseSpec{.units = 2}}};
  spec.batch_size = 7;
  EXPECT_EQ(ProductsPerLayer(spec, Features(3)), 3.0 * 7 * (10 * 10 + 10 * 2) / 2);
}

TEST(ProductsPerLayer, ABatchIsNoLargerThanTheTrainingRows) {
  TrainingSpec spec = Network({128, 64}, 10, 1024);
  const double whole = ProductsPerLayer(spec, Features(64));
  EXPECT_EQ(ProductsPerLayer(spec, {.rows = 512, .features = 64, .classes = 10}), whole / 2);
  spec.validation_split = 0.5;
  EXPECT_EQ(ProductsPerLayer(spec, {.rows = 512, .features = 64, .classes = 10}), whole / 4);
}

}  // namespace
}  // namespace traind::engine
