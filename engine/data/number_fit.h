// Numbers of columns fitted to training rows: what stands in for a missing one, and how they are scaled.
#ifndef TRAIND_ENGINE_DATA_NUMBER_FIT_H_
#define TRAIND_ENGINE_DATA_NUMBER_FIT_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/data/preprocessing_spec.h"

namespace traind::engine {

// Counts, sums, least and greatest of a column, NaN left out.
class Moments {
 public:
  void Add(float value) {
    if (value != value) {
      ++missing_;
      return;
    }
    // Differences from the first value: no digits are lost where all values are large.
    if (count_ == 0) first_ = minimum_ = maximum_ = value;
    Put(value, 1);
  }
  // Counts what is missing as `value` from now on.
  void Fill(float value) {
    if (missing_ == 0) return;
    if (count_ == 0) first_ = minimum_ = maximum_ = value;
    Put(value, missing_);
    missing_ = 0;
  }

  int64_t count() const { return count_; }
  double mean() const { return count_ == 0 ? 0 : first_ + sum_ / static_cast<double>(count_); }
  double deviation() const;  // the root of the mean square distance from the mean
  double minimum() const { return minimum_; }
  double maximum() const { return maximum_; }

 private:
  void Put(double value, int64_t times) {
    const double difference = value - first_;
    const auto weight = static_cast<double>(times);
    count_ += times;
    sum_ += weight * difference;
    squares_ += weight * difference * difference;
    if (value < minimum_) minimum_ = value;
    if (value > maximum_) maximum_ = value;
  }

  int64_t count_ = 0;
  int64_t missing_ = 0;
  double first_ = 0;
  double sum_ = 0;
  double squares_ = 0;
  double minimum_ = 0;
  double maximum_ = 0;
};

// (x - shift) * scale. Of a column that is the same everywhere the scale is 1.
struct LinearScale {
  float shift = 0;
  float scale = 1;
};
LinearScale FitScale(Scaling scaling, const Moments& moments);

// The median and the most frequent of `values`, none NaN, which are put in another order; of several most frequent ones
// the least. 0 if there are none.
float Median(std::span<float> values);
float MostFrequent(std::span<float> values);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_NUMBER_FIT_H_
