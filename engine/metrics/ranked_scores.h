// The scores of all rows of an epoch, for curves over every threshold.
#ifndef TRAIND_ENGINE_METRICS_RANKED_SCORES_H_
#define TRAIND_ENGINE_METRICS_RANKED_SCORES_H_

#include <cstdint>
#include <vector>

#include "engine/metrics/metric_accumulator.h"

namespace traind::engine {

// One problem of two classes a class, each against the rest: with one or two predictions a row a single problem, that
// of class 1.
class RankedScores {
 public:
  struct Score {
    float value = 0;
    bool is_positive = false;  // whether the row is of the class
  };

  // Rows whose scores are equal, and the rows before them, whose scores are higher.
  struct Step {
    int64_t positives = 0;
    int64_t negatives = 0;
    int64_t positives_before = 0;
    int64_t negatives_before = 0;
  };

  explicit RankedScores(const MetricShape& shape);

  static int64_t Bytes(const MetricShape& shape);

  void Reset();
  void Add(int64_t rows, const float* predictions, const Labels& labels);
  void VisitState(StateVisitor& visit);

  // Whether no score is NaN.
  bool are_numbers() const { return are_numbers_; }
  int64_t problems() const { return problems_; }
  int64_t rows() const { return rows_; }
  int64_t positives(int64_t problem) const;

  // Calls visit(Step) for each different score, from the highest. Sorts in room of its own: not for several threads at
  // once.
  template <typename Visit>
  void VisitSteps(int64_t problem, const Visit& visit) const {
    Sort(problem);
    Step step;
    for (int64_t row = 0; row < rows_; ++row) {
      ++(sorted_[row].is_positive ? step.positives : step.negatives);
      if (row + 1 < rows_ && sorted_[row + 1].value == sorted_[row].value) continue;
      visit(step);
      step = {.positives_before = step.positives_before + step.positives,
              .negatives_before = step.negatives_before + step.negatives};
    }
  }

 private:
  bool IsPositive(int64_t problem, int64_t row) const { return classes_[row] == first_class_ + problem; }
  void Sort(int64_t problem) const;

  const MetricShape shape_;
  const int64_t problems_;
  const int64_t first_class_;  // that of the first problem
  std::vector<float> scores_;  // [problems, shape.rows]
  std::vector<int32_t> classes_;
  mutable std::vector<Score> sorted_;
  int64_t rows_ = 0;
  bool are_numbers_ = true;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_METRICS_RANKED_SCORES_H_
