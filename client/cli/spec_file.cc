#include "client/cli/spec_file.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "client/cli/yaml_json.h"

namespace traind::client {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using nlohmann::json;

constexpr int kDeepest = 100;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr char kEmpty[] = "is empty; see examples/digits.json";

absl::Status Error(std::string_view file, std::string_view message) {
  return absl::InvalidArgumentError(absl::StrCat(std::string(file), ": ", std::string(message)));
}

// What protobuf's JSON parser lets pass although a person cannot have meant it: it keeps the last of two equal keys,
// and drops a null from a list.
class Strictness {
 public:
  bool operator()(int depth, json::parse_event_t event, json& value) {
    using Event = json::parse_event_t;
    if (depth > kDeepest) Note(absl::StrCat("nested deeper than ", kDeepest, " levels"));
    if (event == Event::object_start) keys_.emplace_back(std::in_place);
    if (event == Event::array_start) keys_.emplace_back(std::nullopt);
    if (event == Event::object_end || event == Event::array_end) keys_.pop_back();
    if (event == Event::key && !keys_.back()->insert(value.get<std::string>()).second) {
      Note(absl::StrCat(value.dump(), " is given twice"));
    }
    if (event == Event::value && value.is_null() && !keys_.empty() && !keys_.back()) Note("a list holds a null");
    return true;
  }

  const std::string& fault() const { return fault_; }

 private:
  void Note(std::string fault) {
    if (fault_.empty()) fault_ = std::move(fault);
  }

  std::vector<std::optional<std::set<std::string>>> keys_;  // of the objects around; nothing for a list
  std::string fault_;
};

// The message at a path such as `model.layers[3].dense`; null if the path leads elsewhere.
const Descriptor* MessageAt(const std::string& path) {
  const Descriptor* message = v1::TrainingSpec::descriptor();
  for (const std::string& part : std::vector<std::string>(absl::StrSplit(path, '.', absl::SkipEmpty()))) {
    const auto* field = message->FindFieldByName(part.substr(0, part.find('[')));
    if (field == nullptr || field->message_type() == nullptr) return nullptr;
    message = field->message_type();
  }
  return message;
}

std::string FieldsOf(const Descriptor& message) {
  std::vector<std::string> names;
  names.reserve(static_cast<size_t>(message.field_count()));
  for (int i = 0; i < message.field_count(); ++i) names.push_back(message.field(i)->name());
  return names.empty() ? "it has none" : absl::StrCat("there are ", absl::StrJoin(names, ", "));
}

std::string ValuesOf(const EnumDescriptor& type) {
  std::vector<std::string> names;
  names.reserve(static_cast<size_t>(type.value_count()));
  for (int i = 1; i < type.value_count(); ++i) names.push_back(type.value(i)->name());  // 0 is UNSPECIFIED
  return absl::StrJoin(names, ", ");
}

// `type` as protobuf names it in errors: TYPE_INT32 or a type URL.
std::string Expected(const std::string& type) {
  std::string name = absl::StrReplaceAll(type, {{"type.googleapis.com/", ""}});
  if (const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindEnumTypeByName(name)) {
    return absl::StrCat("must be one of ", ValuesOf(*found));
  }
  if (absl::StartsWith(name, "traind.v1.")) return "must be an object in braces";
  if (absl::StartsWith(name, "TYPE_INT")) return absl::StrCat("must be a whole number of ", name.substr(8), " bits");
  if (name == "TYPE_BOOL") return "must be true or false";
  if (name == "TYPE_DOUBLE" || name == "TYPE_FLOAT") return "must be a number";
  return "must be a text";
}

// What field `name` of the message at `path` must be, after a semicolon; nothing if there is no such field.
std::string Expected(const std::string& path, const std::string& name) {
  const Descriptor* message = MessageAt(path);
  const auto* field = message == nullptr ? nullptr : message->FindFieldByName(name);
  if (field == nullptr) return "";
  std::string type = absl::StrCat("TYPE_", absl::AsciiStrToUpper(field->type_name()));
  if (field->enum_type() != nullptr) type = field->enum_type()->full_name();
  if (field->message_type() != nullptr) type = field->message_type()->full_name();
  return "; " + Expected(type);
}

std::string FieldPath(const std::string& path, const std::string& name) {
  return absl::StrCat("spec.", path, path.empty() ? "" : ".", name.empty() ? "\"\"" : name);
}

// protobuf says `(model.layers[0].dense) unit: Cannot find field.`,
// `(epochs): invalid value "abc" for type TYPE_INT32` or
// `(model) layers: Proto field is not repeating, cannot start list.`, without the path in parentheses at the top.
std::string Explain(const std::string& error) {
  static const std::regex kUnknown(
      "(?:\\(([\\w.\\[\\]]*)\\) )?((?:.|\n)*): (?:Cannot find field|Proto fields must have a name)\\.");
  static const std::regex kList(
      "(?:\\(([\\w.\\[\\]]*)\\) )?(\\w+): Proto field is not repeating, cannot start list\\.");
  static const std::regex kObject(
      "(?:\\((.*)\\))?: invalid value Starting an object on a scalar field for type (\\w+)");
  static const std::regex kTwice("\\((.*)\\): invalid value oneof field '.*' is already set. Cannot set '(.*)' for .*");
  static const std::regex kInvalid("\\((.*)\\): invalid value ((?:.|\n)*) for type (\\S+)");
  std::smatch match;
  if (std::regex_match(error, match, kUnknown)) {
    const Descriptor* message = MessageAt(match[1]);
    return absl::StrCat(FieldPath(match[1], match[2]), ": no such field",
                        message == nullptr ? "" : "; " + FieldsOf(*message));
  }
  if (std::regex_match(error, match, kList)) {
    return absl::StrCat(FieldPath(match[1], match[2]), ": is a list", Expected(match[1], match[2]));
  }
  if (std::regex_match(error, match, kObject)) {
    return absl::StrCat(FieldPath(match[1], match[2]), ": is an object", Expected(match[1], match[2]));
  }
  if (std::regex_match(error, match, kTwice)) {
    return absl::StrCat("spec.", match[1].str(), ".", match[2].str(), ": only one kind may be set, and another one is");
  }
  if (std::regex_match(error, match, kInvalid)) {
    return absl::StrCat("spec.", match[1].str(), ": is ", match[2].str(), "; ", Expected(match[3]));
  }
  return error;
}

}  // namespace

absl::StatusOr<v1::TrainingSpec> ParseJsonSpec(const std::string& marked, std::string_view file) {
  std::string text = marked.substr(marked.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return Error(file, kEmpty);
  Strictness strictness;
  json value;
  try {
    value = json::parse(text, std::ref(strictness));
  } catch (const json::exception& error) {
    // Without the library's own prefix, `[json.exception.parse_error.101] `.
    std::string message = error.what();
    return Error(file, message.substr(message.find("] ") + 2));
  }
  if (!strictness.fault().empty()) return Error(file, strictness.fault());
  if (!value.is_object()) return Error(file, "a spec is an object: {\"model\": ..., \"loss\": ..., ...}");
  v1::TrainingSpec spec;
  auto status = google::protobuf::util::JsonStringToMessage(text, &spec);
  if (!status.ok()) return Error(file, Explain(std::string(status.message())));
  return spec;
}

absl::StatusOr<v1::TrainingSpec> ParseYamlSpec(const std::string& text, std::string_view file) {
  if (text.empty()) return Error(file, kEmpty);
  absl::StatusOr<std::string> json_text = YamlToJson(text);
  if (!json_text.ok()) return Error(file, std::string(json_text.status().message()));
  return ParseJsonSpec(*json_text, file);
}

absl::StatusOr<v1::TrainingSpec> ReadSpecFile(const std::string& path) {
  bool is_json = absl::EndsWith(path, ".json");
  if (!is_json && !absl::EndsWith(path, ".yaml") && !absl::EndsWith(path, ".yml")) {
    return Error(path, "the name of a spec file ends in .json, .yaml or .yml");
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return Error(path, "is a folder; give a file such as examples/digits.json");
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file && file.peek() == std::ifstream::traits_type::eof() && !file.bad()) return Error(path, kEmpty);
  if (!file || !(text << file.rdbuf())) return absl::ErrnoToStatus(errno == 0 ? EIO : errno, path);
  return is_json ? ParseJsonSpec(text.str(), path) : ParseYamlSpec(text.str(), path);
}

}  // namespace traind::client
