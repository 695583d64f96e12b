// The faults that every server of this kind must answer, by number.
#ifndef TRAIND_TESTS_INTEGRATION_BAD_INPUTS_CATALOGUE_H_
#define TRAIND_TESTS_INTEGRATION_BAD_INPUTS_CATALOGUE_H_

#include <vector>

#include "tests/integration/bad_inputs/bad_input.h"

namespace traind {

struct Fault {
  int number;
  Code code;  // of the answer
  const char* what;
  // For one that no row can bring on, or not all of: where it is tried, or why it is not.
  const char* elsewhere = nullptr;
};

// In the order of their numbers, from 1 without gaps.
const std::vector<Fault>& Faults();

// The whole table.
std::vector<BadInput> AllBadInputs();

}  // namespace traind

#endif  // TRAIND_TESTS_INTEGRATION_BAD_INPUTS_CATALOGUE_H_
