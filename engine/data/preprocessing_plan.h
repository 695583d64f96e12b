// From what a user says of the columns, and from what the dataset is known to hold, to what each column becomes. Widths
// follow from this alone: no row is looked at.
#ifndef TRAIND_ENGINE_DATA_PREPROCESSING_PLAN_H_
#define TRAIND_ENGINE_DATA_PREPROCESSING_PLAN_H_

#include <cstdint>
#include <vector>

#include "engine/core/faults.h"
#include "engine/data/dataset_view.h"
#include "engine/data/preprocessing_spec.h"

namespace traind::engine {

// What a column becomes, and where: `width` numbers of a row from `offset` on.
struct ColumnStep {
  enum class Kind {
    kNumber,  // the number; then 1 if it was missing and else 0, if `missing_place`
    kOneHot,  // a 1 in the place of the category; the last place is that of missing, if `missing_place`; unseen: all 0
    kCode,    // for an embedding: 0 for unseen, 1 + category, then 1 + categories for missing, if `missing_place`
  };
  Kind kind = Kind::kNumber;
  int64_t offset = 0;
  int64_t width = 1;
  bool missing_place = false;  // what is missing has a place of its own

  Scaling scaling = Scaling::kNone;  // kNone, kStandardize or kMinMax
  ImputationSpec imputation = {};

  int64_t categories = 0;
  bool missing_is_most_frequent = false;
  int64_t output_dim = 0;  // of an embedding

  // Codes of kCode.
  int64_t codes() const { return categories + 1 + (missing_place ? 1 : 0); }
};

struct PreprocessingPlan {
  std::vector<ColumnStep> steps = {};  // one a column, in their order; none: every row stays as it is
  int64_t width = 0;                   // of a row afterwards
  bool standardize_targets = false;

  bool changes_rows() const { return !steps.empty(); }
};

// Adds the faults of the spec on this dataset, with paths from `preprocessing` on: columns that it has not, that are
// named twice, or that are of the other kind; targets to standardize where there are classes.
//
// Where nothing is said: a dataset of numbers none of which is missing stays as it is. Else numbers are standardized,
// missing ones replaced by the mean and marked by a second number; categories are one-hot, or embedded where there are
// more than kMostOneHot.
PreprocessingPlan PlanPreprocessing(const PreprocessingSpec& spec, const DatasetShape& shape, Faults& faults);
// The same for a spec without faults.
PreprocessingPlan PlanPreprocessing(const PreprocessingSpec& spec, const DatasetShape& shape);

inline constexpr int64_t kMostOneHot = 32;

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_PREPROCESSING_PLAN_H_
