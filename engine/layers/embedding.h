// Learned vectors for categories.
#ifndef TRAIND_ENGINE_LAYERS_EMBEDDING_H_
#define TRAIND_ENGINE_LAYERS_EMBEDDING_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/faults.h"
#include "engine/core/fields.h"
#include "engine/layers/initializer.h"
#include "engine/layers/layer.h"

namespace traind::engine {

// A column of the data that holds categories, as whole numbers from 0 to input_dim - 1.
struct EmbeddingColumn {
  int64_t column = 0;      // from 0
  int64_t input_dim = 0;   // categories; float32 holds all of these exactly
  int64_t output_dim = 0;  // numbers in the vector of each

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("column", self.column, WholeRange{0, 99'999});
    visit("input_dim", self.input_dim, WholeRange{1, 10'000'000});
    visit("output_dim", self.output_dim, WholeRange{1, 4'096});
  }
};

struct EmbeddingSpec {
  static constexpr const char* kName = "embedding";
  std::vector<EmbeddingColumn> columns = {};
  Initializer embeddings_initializer = {.kind = InitializerKind::kRandomUniform};

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("columns", self.columns, WholeRange{1, 1'000});
    visit("embeddings_initializer", self.embeddings_initializer);
  }

  int64_t Outputs(int64_t inputs) const;
  double Parameters(int64_t inputs) const;
  absl::StatusOr<std::unique_ptr<Layer>> Make(const LayerPlace& place) const;
  void CheckPlace(bool first, int64_t inputs, const std::string& path, Faults& faults) const;
};

// Replaces each listed column, in its place, by the vector of its category; the other columns pass through. Forward
// refuses a value that is no category with InvalidArgument. Nothing is derived by the inputs, so it can only stand
// first. Weights: `weight_<column>` [input_dim, output_dim] for each listed column, in the order of the columns. Their
// gradients are whole tables, zero but for the categories of the batch: zeroing takes a small part of the time in which
// the optimizer passes over them.
class Embedding final : public Layer {
 public:
  Embedding(EmbeddingSpec spec, LayerPlace place);

  int64_t inputs() const override { return place_.inputs; }
  int64_t outputs() const override { return spec_.Outputs(place_.inputs); }
  std::vector<WeightDefinition> weights() const override;
  absl::StatusOr<std::unique_ptr<CompiledLayer>> Compile(const LayerUse& use,
                                                         const LayerBuffers& buffers) const override;

 private:
  const EmbeddingSpec spec_;  // columns in ascending order
  const LayerPlace place_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_LAYERS_EMBEDDING_H_
