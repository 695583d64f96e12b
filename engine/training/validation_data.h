// The rows that a training is validated on.
#ifndef TRAIND_ENGINE_TRAINING_VALIDATION_DATA_H_
#define TRAIND_ENGINE_TRAINING_VALIDATION_DATA_H_

#include <cstdint>
#include <span>

#include "engine/data/dataset_view.h"
#include "engine/data/row_set.h"
#include "engine/data/split.h"
#include "engine/training/spec.h"

namespace traind::engine {

// Those of a second dataset if there is one, else those that the spec holds out, of which there may be none.
class ValidationData {
 public:
  ValidationData(const TrainingSpec& spec, const DatasetView& training, const DatasetView* second)
      : dataset_(second == nullptr ? training : *second), is_second_(second != nullptr) {
    if (!is_second_) held_out_ = ChooseHeldOut(training, spec.validation_split, spec.validation_rows);
  }

  const DatasetView& dataset() const { return dataset_; }
  int64_t size() const { return is_second_ ? dataset_.shape.rows : held_out_.size(); }

  // Those from the `first` on, ascending.
  void Fill(int64_t first, std::span<int64_t> rows) const {
    for (int64_t& row : rows) row = is_second_ ? first++ : held_out_.In(first++);
  }

  // Those of them that are not trained on.
  const RowSet& held_out() const { return held_out_; }

 private:
  DatasetView dataset_;
  bool is_second_;
  RowSet held_out_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_VALIDATION_DATA_H_
