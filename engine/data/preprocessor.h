// Preprocessing fitted to training rows, and at work on rows.
#ifndef TRAIND_ENGINE_DATA_PREPROCESSOR_H_
#define TRAIND_ENGINE_DATA_PREPROCESSOR_H_

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/data/dataset_view.h"
#include "engine/data/number_fit.h"
#include "engine/data/preprocessing_plan.h"
#include "engine/data/row_set.h"

namespace traind::engine {

// What training rows taught. Its numbers are all that a model has to keep beside its plan.
struct FittedPreprocessing {
  // One of each a column; empty if the plan changes no rows. Of a categorical column `fill` is its most frequent
  // category, and the others are 0.
  std::vector<float> fill;
  std::vector<float> shift;
  std::vector<float> scale;
  // Of every categorical column in turn: 1 for each category that was there, then 1 if values were missing; else 0.
  std::vector<float> seen;
  // One of each a target; empty if they stay as they are.
  std::vector<float> target_mean;
  std::vector<float> target_deviation;
};

// Turns rows into what a network is given. Immutable; any thread may use it.
class Preprocessor {
 public:
  // Where the categories of a column go, for kOneHot a place or -1 for none, for kCode a code.
  struct Places {
    std::vector<int32_t> categories;
    int32_t missing = 0;
    int32_t unseen = 0;
  };

  // Learns from the rows of `dataset` that are not among `held_out`, weights not regarded: a
  // pure function of its arguments. The memory of a median or a most frequent number is a few columns of the dataset.
  // The dataset's columns are those of the plan. When `stop` asks it ends soon, and what it has learned is of no use.
  static Preprocessor Fit(PreprocessingPlan plan, const DatasetView& dataset, const RowSet& held_out,
                          const std::stop_token& stop = {});
  // With what an earlier Fit of the same plan learned. InvalidArgument if that is of another size.
  static absl::StatusOr<Preprocessor> Make(PreprocessingPlan plan, int64_t targets, FittedPreprocessing fitted);

  const PreprocessingPlan& plan() const { return plan_; }
  const FittedPreprocessing& fitted() const { return fitted_; }
  // One a column; empty ones for numbers.
  const std::vector<Places>& places() const { return places_; }

  // Writes plan().width numbers for a row of the dataset's columns, if the plan changes rows. A category is its index;
  // a number that is none, such as -1, is unseen, as is one that was not in the training rows. `recoding`: as in
  // DatasetView. Allocates nothing.
  void Apply(const float* row, const CategoryRecoding* recoding, float* to) const;

  // `targets` numbers a row; nothing happens if the plan leaves them as they are.
  void StandardizeTargets(std::span<float> targets) const;
  void RestoreTargets(std::span<float> outputs) const;

 private:
  // A column, or numbers side by side that are only filled in and scaled.
  struct Segment {
    ColumnStep::Kind kind;
    bool missing_place;
    int64_t column;  // the first
    int64_t columns;
    int64_t offset;
    int64_t width;
  };

  Preprocessor(PreprocessingPlan plan, FittedPreprocessing fitted);
  void MakePlaces();
  void MakeSegments();
  int32_t PlaceOf(std::size_t column, float category, const CategoryRecoding* recoding) const;

  PreprocessingPlan plan_;
  FittedPreprocessing fitted_;
  std::vector<Places> places_;
  std::vector<Segment> segments_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_PREPROCESSOR_H_
