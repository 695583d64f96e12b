#include "server/inference/held_out_rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "engine/data/split.h"

namespace traind {
namespace {

void Recode(const engine::CategoryRecoding& recoding, float* row) {
  for (size_t i = 0; i < recoding.size(); ++i) {
    if (!recoding[i].empty() && !std::isnan(row[i])) {
      row[i] = static_cast<float>(recoding[i][static_cast<size_t>(row[i])]);
    }
  }
}

HeldOutRows Take(std::vector<int64_t> rows, const engine::DatasetView& dataset) {
  HeldOutRows result;
  result.rows = std::move(rows);
  const int64_t width = dataset.shape.features;
  result.features.resize(result.rows.size() * width);
  dataset.features.GatherFloats(result.rows, width, result.features.data());
  for (size_t row = 0; dataset.recoding != nullptr && row < result.rows.size(); ++row) {
    Recode(*dataset.recoding, result.features.data() + row * width);
  }
  return result;
}

}  // namespace

HeldOutRows TakeHeldOutRows(const engine::TrainingSpec& spec, const engine::DatasetView& dataset, int64_t limit) {
  const engine::RowSet held_out = engine::ChooseHeldOut(dataset, spec.validation_split, spec.validation_rows);
  std::vector<int64_t> rows(std::min(limit, held_out.size()));
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = held_out.In(static_cast<int64_t>(i));
  return Take(std::move(rows), dataset);
}

HeldOutRows TakeFirstRows(const engine::DatasetView& dataset, int64_t limit) {
  std::vector<int64_t> rows(std::min(limit, dataset.shape.rows));
  std::iota(rows.begin(), rows.end(), 0);
  return Take(std::move(rows), dataset);
}

}  // namespace traind
