#include "engine/training/preprocessed_model.h"

#include <utility>

namespace traind::engine {
namespace {

EmbeddingSpec EmbeddingOf(const PreprocessingPlan& plan) {
  EmbeddingSpec embedding;
  for (const ColumnStep& step : plan.steps) {
    if (step.kind != ColumnStep::Kind::kCode) continue;
    embedding.columns.push_back({.column = step.offset, .input_dim = step.codes(), .output_dim = step.output_dim});
  }
  return embedding;
}

}  // namespace

ModelSpec WithPreprocessing(const ModelSpec& model, const PreprocessingPlan& plan) {
  EmbeddingSpec embedding = EmbeddingOf(plan);
  if (embedding.columns.empty()) return model;
  ModelSpec whole;
  whole.layers.push_back({"preprocessing", std::move(embedding)});
  whole.layers.insert(whole.layers.end(), model.layers.begin(), model.layers.end());
  return whole;
}

int64_t ModelInputs(const PreprocessingPlan& plan) { return EmbeddingOf(plan).Outputs(plan.width); }

}  // namespace traind::engine
