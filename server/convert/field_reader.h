// Reads the fields of a spec out of a protobuf message, by their names.
#ifndef TRAIND_SERVER_CONVERT_FIELD_READER_H_
#define TRAIND_SERVER_CONVERT_FIELD_READER_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/core/fields.h"
#include "server/errors/errors.h"

namespace traind {

// A visitor of fields (engine/core/fields.h). A field of the message that is not set leaves its spec's default. Adds a
// fault for each part that the specs cannot hold, such as an unknown kind, and leaves the default there. Numbers are
// passed on as they are, however wrong. Every field of a spec must be a field of its message; a test sees to it.
class FieldReader {
 public:
  // `path` is that of the message, such as `spec`.
  FieldReader(const google::protobuf::Message& message, std::string path, std::vector<FieldViolation>& faults)
      : message_(message), path_(std::move(path)), faults_(faults) {}

  template <typename Spec>
  void Read(Spec& spec) {
    Spec::VisitFields(spec, *this);
  }

  void operator()(const char* name, int64_t& value, const engine::WholeRange& range);
  void operator()(const char* name, double& value, const engine::RealRange& range);
  void operator()(const char* name, bool& value);
  void operator()(const char* name, uint64_t& value);
  void operator()(const char* name, std::string& value);
  void operator()(const char* name, std::map<std::string, double>& values, const engine::RealRange& range);

  template <typename Enum>
  requires std::is_enum_v<Enum>
  void operator()(const char* name, Enum& value) {
    if (const int number = EnumNumber(name); number != 0) SetEnum(name, number, PathOf(name), value);
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void operator()(const char* name, Enum& value, engine::Required) {
    SetEnum(name, EnumNumber(name), PathOf(name), value);
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void operator()(const char* name, std::vector<Enum>& values, const engine::WholeRange& count) {
    const int size = Count(name, count);
    for (int i = 0; i < size; ++i) {
      SetEnum(name, RepeatedEnumNumber(name, i), absl::StrCat(PathOf(name), "[", i, "]"), values.emplace_back());
    }
  }

  template <typename T, typename Range>
  void operator()(const char* name, std::optional<T>& value, const Range& range) {
    if (IsSet(name)) (*this)(name, value.emplace(), range);
  }

  // A spec in a spec.
  template <typename Spec>
  requires requires(Spec& spec, FieldReader& visit) { Spec::VisitFields(spec, visit); }
  void operator()(const char* name, Spec& spec) {
    if (IsSet(name)) Part(name).Read(spec);
  }
  template <typename Spec>
  requires requires(Spec& spec, FieldReader& visit) { Spec::VisitFields(spec, visit); }
  void operator()(const char* name, Spec& spec, engine::Required) {
    IsSet(name) ? Part(name).Read(spec) : Fault(PathOf(name), "is missing");
  }
  template <typename Spec>
  requires requires(Spec& spec, FieldReader& visit) { Spec::VisitFields(spec, visit); }
  void operator()(const char* name, std::optional<Spec>& spec) {
    if (IsSet(name)) Part(name).Read(spec.emplace());
  }
  template <typename Spec>
  requires requires(Spec& spec, FieldReader& visit) { Spec::VisitFields(spec, visit); }
  void operator()(const char* name, std::vector<Spec>& specs, const engine::WholeRange& count) {
    const int size = Count(name, count);
    for (int i = 0; i < size; ++i) {
      FieldReader(RepeatedPart(name, i), absl::StrCat(PathOf(name), "[", i, "]"), faults_).Read(specs.emplace_back());
    }
  }

  template <typename... Kinds>
  void operator()(const char* name, std::variant<Kinds...>& kind, engine::Required) {
    Part(name).OneOf(kind, engine::Required());
  }

  // The kind that is set in the message's oneof.
  template <typename... Kinds>
  void OneOf(std::variant<Kinds...>& kind) {
    if (const std::string set = SetKind(); !set.empty()) ReadKind(set, kind);
  }
  template <typename... Kinds>
  void OneOf(std::variant<Kinds...>& kind, engine::Required) {
    ReadKind(SetKind(), kind);
  }

 private:
  template <typename... Kinds>
  void ReadKind(const std::string& set, std::variant<Kinds...>& kind) {
    const bool known = ((set == Kinds::kName && (Part(set.c_str()).Read(kind.template emplace<Kinds>()), true)) || ...);
    if (known) return;
    std::string names;
    ((absl::StrAppend(&names, names.empty() ? "" : ", ", Kinds::kName)), ...);
    Fault(path_, absl::StrCat("is missing or not known to this server; it must be one of ", names));
  }

  // `number` is that of the wire.
  template <typename Enum>
  void SetEnum(const char* name, int number, std::string path, Enum& value) {
    const std::string wire_name = EnumName(name, number);
    std::string names;
    for (const auto& known : NamesOf(Enum{})) {
      if (wire_name == known.name) {
        value = known.value;
        return;
      }
      absl::StrAppend(&names, names.empty() ? "" : ", ", known.name);
    }
    Fault(std::move(path), number == 0 ? absl::StrCat("is missing; it must be one of ", names)
                                       : absl::StrCat(number, " is not known; it must be one of ", names));
  }

  void Fault(std::string path, std::string description) {
    faults_.push_back({std::move(path), std::move(description)});
  }
  std::string PathOf(const char* name) const { return absl::StrCat(path_, ".", name); }

  const google::protobuf::FieldDescriptor* Field(const char* name) const;
  // Whether a field that can be absent is there.
  bool IsSet(const char* name) const;
  FieldReader Part(const char* name) const;
  const google::protobuf::Message& RepeatedPart(const char* name, int index) const;
  // How many there are; 0, and a fault, if they are out of the range.
  int Count(const char* name, const engine::WholeRange& range);
  int EnumNumber(const char* name) const;
  int RepeatedEnumNumber(const char* name, int index) const;
  // Empty if the proto has no such number.
  std::string EnumName(const char* name, int number) const;
  // The name of the kind in the message's oneof; empty if none is set.
  std::string SetKind() const;

  const google::protobuf::Message& message_;
  const std::string path_;
  std::vector<FieldViolation>& faults_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_FIELD_READER_H_
