#include "engine/training/thread_choice.h"

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <variant>
#include <vector>

#include "engine/data/split.h"
#include "engine/training/preprocessed_model.h"

namespace traind::engine {
namespace {

struct DenseWork {
  double layers = 0;
  double weights = 0;
};

// Adds what the dense layers of `specs` have on rows of `inputs` values.
void Add(const std::vector<LayerSpec>& specs, int64_t inputs, DenseWork& work) {
  for (const LayerSpec& spec : specs) {
    std::visit(
        [&](const auto& kind) {
          using Kind = std::decay_t<decltype(kind)>;
          if constexpr (std::is_same_v<Kind, DenseSpec>) {
            work.layers += 1;
            work.weights += static_cast<double>(inputs) * static_cast<double>(kind.units);
          } else if constexpr (std::is_same_v<Kind, ResidualSpec>) {
            Add(kind.layers, inputs, work);
          }
          inputs = kind.Outputs(inputs);
        },
        spec.kind);
  }
}

}  // namespace

double ProductsPerLayer(const TrainingSpec& spec, const DatasetShape& shape) {
  DenseWork work;
  Add(spec.model.layers, ModelInputs(PlanPreprocessing(spec.preprocessing, shape)), work);
  if (work.layers == 0) return 0;
  const int64_t rows = std::min(spec.batch_size, CountTrainingRows(shape.rows, spec.validation_split));
  return 3.0 * static_cast<double>(rows) * work.weights / work.layers;
}

int ChooseThreads(const TrainingSpec& spec, const DatasetShape& shape, int available) {
  if (spec.threads > 0) return static_cast<int>(spec.threads);
  const double worth = std::min(ProductsPerLayer(spec, shape) / kProductsPerThread, static_cast<double>(available));
  return std::max(static_cast<int>(worth), 1);
}

}  // namespace traind::engine
