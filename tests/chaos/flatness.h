// Whether a server takes no more the longer it runs.
#ifndef TRAIND_TESTS_CHAOS_FLATNESS_H_
#define TRAIND_TESTS_CHAOS_FLATNESS_H_

#include <string>
#include <vector>

#include "tests/chaos/process_sample.h"

namespace traind::chaos {

// Of one measure: the median of the second quarter of the time, that of the last quarter, and how much larger it may
// be. The first quarter is for warming up.
struct Growth {
  Measure measure;
  double before = 0;
  double after = 0;
  double allowed = 0;

  bool is_flat() const { return after - before <= allowed; }
};

// Of every measure. `samples` are evenly spaced, at least four.
std::vector<Growth> GrowthOf(const std::vector<ProcessSample>& samples);

// Lines of text: medians of each minute, and below them each Growth.
std::string MinuteTable(const std::vector<ProcessSample>& samples);
std::string GrowthTable(const std::vector<Growth>& growths);

// All samples as CSV, with a header.
std::string ToCsv(const std::vector<ProcessSample>& samples);

}  // namespace traind::chaos

#endif  // TRAIND_TESTS_CHAOS_FLATNESS_H_
