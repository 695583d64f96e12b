// What is wrong with a user's values.
#ifndef TRAIND_ENGINE_CORE_FAULTS_H_
#define TRAIND_ENGINE_CORE_FAULTS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace traind::engine {

// One fault: the path of the field in the spec, such as `model.layers[3].dense.units`, and a sentence with the value
// and the allowed range.
struct Fault {
  std::string field;
  std::string description;

  friend bool operator==(const Fault&, const Fault&) = default;
};

class Faults {
 public:
  // `description` is joined without spaces.
  template <typename... Parts>
  void Add(std::string field, const Parts&... description) {
    faults_.push_back({std::move(field), absl::StrCat(description...)});
  }

  bool empty() const { return faults_.empty(); }
  std::vector<Fault> Take() { return std::move(faults_); }

 private:
  std::vector<Fault> faults_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_CORE_FAULTS_H_
