#include "engine/layers/embedding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "engine/core/threads.h"
#include "engine/layers/layer_spec.h"
#include "engine/layers/stack.h"
#include "tests/engine/layers/gradient_check.h"

namespace traind::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Rows of `inputs` values whose listed columns hold categories, those of row r and r + 2 among them alike.
void FillCategories(const EmbeddingSpec& spec, int64_t inputs, std::vector<float>& input) {
  const auto rows = static_cast<int64_t>(input.size()) / inputs;
  for (const EmbeddingColumn& column : spec.columns) {
    for (int64_t r = 0; r < rows; ++r) {
      input[r * inputs + column.column] = static_cast<float>((r % 2 + 1) * 7919 % column.input_dim);
    }
  }
}

TEST(EmbeddingTest, GradientsAreThoseOfItsFunction) {
  // In ascending order of columns, as the weights are.
  const std::vector<std::pair<int64_t, EmbeddingSpec>> cases = {
      {1, {.columns = {{0, 1, 1}}}},
      {4, {.columns = {{0, 3, 2}, {3, 5, 4}}}},
      {5, {.columns = {{1, 7, 3}, {2, 2, 1}}}},
      {3, {.columns = {{1, 10'000, 17}}}},
      {2, {.columns = {{1, 3, 4'096}}}},
  };
  for (const int64_t rows : {1, 5}) {
    for (const auto& [inputs, spec] : cases) {
      SCOPED_TRACE(testing::Message() << rows << "x" << inputs << ", column " << spec.columns[0].column);
      LoneLayer lone(Embedding(spec, {.name = "embedding", .inputs = inputs}), rows, /*training=*/true, /*first=*/true);
      FillCategories(spec, inputs, lone.input);
      ASSERT_TRUE(lone.compiled->Forward().ok());
      ASSERT_TRUE(lone.compiled->Backward().ok());
      ASSERT_TRUE(lone.compiled->Backward().ok()) << "gradients are replaced, not added to";
      ExpectFunction(lone,
                     [&, width = inputs, columns = spec.columns](const Doubles& x, const std::vector<Doubles>& w) {
                       Doubles y;
                       for (std::size_t i = 0; i < x.size(); ++i) {
                         std::size_t listed = 0;
                         while (listed < columns.size() && columns[listed].column != static_cast<int64_t>(i) % width)
                           ++listed;
                         if (listed == columns.size()) {
                           y.push_back(x[i]);
                           continue;
                         }
                         const auto row = w[listed].begin() + static_cast<int64_t>(x[i]) * columns[listed].output_dim;
                         y.insert(y.end(), row, row + columns[listed].output_dim);
                       }
                       return y;
                     });
    }
  }
}

TEST(EmbeddingTest, NamesItsWeightsByTheirColumnsInAscendingOrder) {
  const EmbeddingSpec spec = {.columns = {{4, 3, 2}, {1, 5, 6}}};
  const auto weights = Embedding(spec, {.name = "embedding_1", .inputs = 5}).weights();
  ASSERT_EQ(weights.size(), 2u);
  EXPECT_EQ(weights[0].name, "embedding_1.weight_1");
  EXPECT_THAT(weights[0].shape, ElementsAre(5, 6));
  EXPECT_EQ(weights[1].name, "embedding_1.weight_4");
  EXPECT_THAT(weights[1].shape, ElementsAre(3, 2));
  EXPECT_EQ(weights[0].initializer.kind, InitializerKind::kRandomUniform);
  EXPECT_EQ(spec.Outputs(5), 5 + 1 + 5);
  EXPECT_EQ(spec.Parameters(5), 6 + 30);
}

TEST(EmbeddingTest, RefusesWhatIsNoCategory) {
  for (const float value : {-1.0f, 3.0f, 0.5f, 1e30f, -1e30f, std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity()}) {
    LoneLayer lone(Embedding({.columns = {{1, 3, 2}}}, {.name = "embedding", .inputs = 2}), 4, /*training=*/false);
    lone.input = {9, 0, 9, 2, 9, value, 9, 1};
    const absl::Status status = lone.compiled->Forward();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << value;
    EXPECT_THAT(std::string(status.message()), HasSubstr("column 1 holds "));
    EXPECT_THAT(std::string(status.message()), HasSubstr("whole numbers from 0 to 2"));
    lone.input[5] = 2;
    EXPECT_TRUE(lone.compiled->Forward().ok()) << "a mended batch is taken";
  }
}

TEST(EmbeddingTest, TakesTheLastOfManyCategories) {
  LoneLayer lone(Embedding({.columns = {{0, 10'000'000, 1}}}, {.name = "embedding", .inputs = 1}), 1,
                 /*training=*/false);
  lone.input = {9'999'999};
  EXPECT_TRUE(lone.compiled->Forward().ok());
  EXPECT_EQ(lone.output[0], lone.values[0].back());
  lone.input = {10'000'000};
  EXPECT_FALSE(lone.compiled->Forward().ok());
}

TEST(EmbeddingTest, SumsAreTheSameWithAnyNumberOfThreads) {
  const auto gradient = [](int threads) {
    const ScopedThreads scope(threads);
    LoneLayer lone(Embedding({.columns = {{0, 3, 600}}}, {.name = "embedding", .inputs = 1}), 500, /*training=*/true,
                   /*first=*/true);
    for (std::size_t i = 0; i < lone.input.size(); ++i) lone.input[i] = static_cast<float>(i * i % 3);
    EXPECT_TRUE(lone.compiled->Forward().ok());
    EXPECT_TRUE(lone.compiled->Backward().ok());
    return std::vector(lone.weights.gradients().begin(), lone.weights.gradients().begin() + 3 * 600);
  };
  EXPECT_EQ(gradient(4), gradient(1));
}

std::vector<std::string> FaultsOf(const std::vector<LayerSpec>& layers, int64_t inputs) {
  Faults faults;
  CheckPlaces(layers, /*first=*/true, inputs, "model.layers", faults);
  std::vector<std::string> texts;
  for (const Fault& fault : faults.Take()) texts.push_back(fault.field + ": " + fault.description);
  return texts;
}

TEST(EmbeddingTest, StandsFirstOnColumnsThatThereAre) {
  const LayerSpec dense = {.name = "dense", .kind = DenseSpec{.units = 4}};
  const auto embedding = [](std::vector<EmbeddingColumn> columns) {
    return LayerSpec{.name = "embedding", .kind = EmbeddingSpec{.columns = std::move(columns)}};
  };
  EXPECT_THAT(FaultsOf({embedding({{3, 5, 2}, {0, 5, 2}}), dense}, 4), ElementsAre());
  EXPECT_THAT(FaultsOf({dense, embedding({{3, 5, 2}})}, 4),
              ElementsAre(HasSubstr("model.layers[1].embedding: is not the first layer")));
  EXPECT_THAT(FaultsOf({embedding({{4, 5, 2}}), dense}, 4),
              ElementsAre(HasSubstr("model.layers[0].embedding.columns[0].column: is 4; the data has columns 0 to 3")));
  EXPECT_THAT(FaultsOf({embedding({{1, 5, 2}, {1, 5, 2}}), dense}, 4),
              ElementsAre(HasSubstr("model.layers[0].embedding.columns[1].column: is 1, as before")));
}

TEST(EmbeddingTest, AnInputGradientIsRefusedSinceThereIsNone) {
  const Embedding layer({.columns = {{0, 3, 2}}}, {.name = "embedding", .inputs = 1});
  const OpContext context;
  EXPECT_EQ(layer
                .Compile({.rows = 1, .training = true, .wants_input_gradient = true},
                         {.context = context, .weights = {}, .workspace = {}})
                .status()
                .code(),
            absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace traind::engine
