// Every value of a spec beside its range.
#ifndef TRAIND_ENGINE_TRAINING_CHECK_FIELDS_H_
#define TRAIND_ENGINE_TRAINING_CHECK_FIELDS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/core/faults.h"
#include "engine/core/fields.h"

namespace traind::engine {

// A visitor of fields (core/fields.h) that adds a fault for each value out of its range.
class FieldChecker {
 public:
  // `path` is that of the spec, empty or ending in a dot.
  FieldChecker(std::string path, Faults& faults) : path_(std::move(path)), faults_(faults) {}

  template <typename Spec>
  void Check(const Spec& spec) {
    Spec::VisitFields(spec, *this);
  }

  void operator()(const char* name, int64_t value, const WholeRange& range) {
    if (value < range.least || value > range.most) {
      Add(name, "is ", value, "; it must be ", range.least, " to ", range.most);
    }
  }
  void operator()(const char* name, double value, const RealRange& range) {
    // Written so that NaN is outside. Training computes in float32, to which the least numbers above 0 are 0.
    const bool above = range.least_closed ? value >= range.least : static_cast<float>(value) > range.least;
    const bool below = range.most_closed ? value <= range.most : value < range.most;
    if (above && below) return;
    if (range.least_closed && range.most_closed) {
      Add(name, "is ", value, "; it must be ", range.least, " to ", range.most);
    } else {
      Add(name, "is ", value, "; it must be ", range.least_closed ? "at least " : "above ", range.least,
          !above && value > range.least ? " as a float32 and " : " and ", range.most_closed ? "at most " : "below ",
          range.most);
    }
  }
  void operator()(const char* /*name*/, bool /*value*/) {}
  void operator()(const char* /*name*/, uint64_t /*value*/) {}
  void operator()(const char* /*name*/, const std::string& /*value*/) {}

  template <typename Enum>
  requires std::is_enum_v<Enum>
  void operator()(const char* name, Enum value) {
    std::string names;
    for (const auto& known : NamesOf(Enum{})) {
      if (known.value == value) return;
      absl::StrAppend(&names, names.empty() ? "" : ", ", known.name);
    }
    Add(name, "is no known choice; it must be one of ", names);
  }

  template <typename T, typename Range>
  void operator()(const char* name, const std::optional<T>& value, const Range& range) {
    if (value) (*this)(name, *value, range);
  }
  template <typename T>
  void operator()(const char* name, const std::optional<T>& value) {
    if (value) (*this)(name, *value);
  }

  template <typename T>
  void operator()(const char* name, const std::vector<T>& values, const WholeRange& count) {
    const auto size = static_cast<int64_t>(values.size());
    if (size < count.least || size > count.most) {
      Add(name, "has ", size, " ", name, "; it must have ", count.least, " to ", count.most);
      return;
    }
    for (int64_t i = 0; i < size; ++i) (*this)(absl::StrCat(name, "[", i, "]").c_str(), values[i]);
  }

  void operator()(const char* name, const std::map<std::string, double>& values, const RealRange& range) {
    for (const auto& [key, value] : values) (*this)(absl::StrCat(name, "[\"", key, "\"]").c_str(), value, range);
  }

  template <typename... Kinds>
  void operator()(const char* name, const std::variant<Kinds...>& kind) {
    FieldChecker(absl::StrCat(path_, name, "."), faults_).OneOf(kind);
  }

  // A spec in a spec.
  template <typename Spec>
  requires requires(const Spec& spec, FieldChecker& visit) { Spec::VisitFields(spec, visit); }
  void operator()(const char* name, const Spec& spec) {
    FieldChecker(absl::StrCat(path_, name, "."), faults_).Check(spec);
  }

  template <typename T>
  void operator()(const char* name, const T& value, Required) {
    (*this)(name, value);
  }

  template <typename... Kinds>
  void OneOf(const std::variant<Kinds...>& kind, Required = {}) {
    std::visit([&](const auto& one) { FieldChecker(absl::StrCat(path_, one.kName, "."), faults_).Check(one); }, kind);
  }

 private:
  template <typename... Parts>
  void Add(const char* name, const Parts&... description) {
    faults_.Add(absl::StrCat(path_, name), description...);
  }

  const std::string path_;
  Faults& faults_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_CHECK_FIELDS_H_
