#include "server/convert/field_reader.h"

#include <google/protobuf/descriptor.h>

namespace traind {

using google::protobuf::FieldDescriptor;

const FieldDescriptor* FieldReader::Field(const char* name) const {
  return message_.GetDescriptor()->FindFieldByName(name);
}

bool FieldReader::IsSet(const char* name) const {
  const FieldDescriptor* field = Field(name);
  return !field->has_presence() || message_.GetReflection()->HasField(message_, field);
}

FieldReader FieldReader::Part(const char* name) const {
  return {message_.GetReflection()->GetMessage(message_, Field(name)), PathOf(name), faults_};
}

const google::protobuf::Message& FieldReader::RepeatedPart(const char* name, int index) const {
  return message_.GetReflection()->GetRepeatedMessage(message_, Field(name), index);
}

int FieldReader::Count(const char* name, const engine::WholeRange& range) {
  const int size = message_.GetReflection()->FieldSize(message_, Field(name));
  if (size >= range.least && size <= range.most) return size;
  Fault(PathOf(name), absl::StrCat("has ", size, " ", name, "; it must have ", range.least, " to ", range.most));
  return 0;
}

int FieldReader::EnumNumber(const char* name) const {
  return message_.GetReflection()->GetEnumValue(message_, Field(name));
}

int FieldReader::RepeatedEnumNumber(const char* name, int index) const {
  return message_.GetReflection()->GetRepeatedEnumValue(message_, Field(name), index);
}

std::string FieldReader::EnumName(const char* name, int number) const {
  const auto* value = Field(name)->enum_type()->FindValueByNumber(number);
  return value == nullptr ? "" : value->name();
}

std::string FieldReader::SetKind() const {
  const auto* kinds = message_.GetDescriptor()->FindOneofByName("kind");
  const FieldDescriptor* set = message_.GetReflection()->GetOneofFieldDescriptor(message_, kinds);
  return set == nullptr ? "" : set->name();
}

void FieldReader::operator()(const char* name, int64_t& value, const engine::WholeRange& /*range*/) {
  if (!IsSet(name)) return;
  const FieldDescriptor* field = Field(name);
  value = field->cpp_type() == FieldDescriptor::CPPTYPE_INT32 ? message_.GetReflection()->GetInt32(message_, field)
                                                              : message_.GetReflection()->GetInt64(message_, field);
}

void FieldReader::operator()(const char* name, double& value, const engine::RealRange& /*range*/) {
  if (IsSet(name)) value = message_.GetReflection()->GetDouble(message_, Field(name));
}

void FieldReader::operator()(const char* name, bool& value) {
  if (IsSet(name)) value = message_.GetReflection()->GetBool(message_, Field(name));
}

void FieldReader::operator()(const char* name, uint64_t& value) {
  if (IsSet(name)) value = static_cast<uint64_t>(message_.GetReflection()->GetInt64(message_, Field(name)));
}

void FieldReader::operator()(const char* name, std::string& value) {
  if (IsSet(name)) value = message_.GetReflection()->GetString(message_, Field(name));
}

void FieldReader::operator()(const char* name, std::map<std::string, double>& values,
                             const engine::RealRange& /*range*/) {
  const FieldDescriptor* field = Field(name);
  const int size = message_.GetReflection()->FieldSize(message_, field);
  for (int i = 0; i < size; ++i) {
    const google::protobuf::Message& entry = RepeatedPart(name, i);
    const auto* type = entry.GetDescriptor();
    values[entry.GetReflection()->GetString(entry, type->map_key())] =
        entry.GetReflection()->GetDouble(entry, type->map_value());
  }
}

}  // namespace traind
