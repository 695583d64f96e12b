#include "client/cli/yaml_json.h"

#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <regex>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace traind::client {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 100;
constexpr int kMostNodes = 1'000'000;

absl::Status Error(const YAML::Mark& mark, const std::string& message) {
  std::string place = mark.is_null() ? "" : absl::StrCat("line ", mark.line + 1, ", column ", mark.column + 1, ": ");
  return absl::InvalidArgumentError(place + message);
}

Json Number(const std::string& text) {
  static const std::regex kInteger("[-+]?[0-9]+"), kBased("0x[0-9a-fA-F]+|0o[0-7]+"),
      kReal("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  if (std::regex_match(text, kInteger)) {
    if (int64_t value; absl::SimpleAtoi(text, &value)) return value;
    if (uint64_t value; absl::SimpleAtoi(text, &value)) return value;
  }
  if (std::regex_match(text, kBased)) return std::strtoull(text.c_str() + 2, nullptr, text[1] == 'x' ? 16 : 8);
  if (double value; std::regex_match(text, kReal) && absl::SimpleAtod(text, &value)) return value;
  return text;
}

Json Scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  // yaml-cpp tags what is quoted with "!" and what is plain with "?".
  if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str") return text;
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  static const std::regex kInfinity("([-+]?)\\.(inf|Inf|INF)"), kNan("\\.(nan|NaN|NAN)");
  if (std::regex_match(text, kInfinity)) return text[0] == '-' ? "-Infinity" : "Infinity";
  if (std::regex_match(text, kNan)) return "NaN";
  return Number(text);
}

absl::StatusOr<Json> Convert(const YAML::Node& node, int depth, int& nodes) {
  if (depth > kDeepest) return Error(node.Mark(), absl::StrCat("nested deeper than ", kDeepest, " levels"));
  if (++nodes > kMostNodes) return Error(node.Mark(), absl::StrCat("more than ", kMostNodes, " values"));
  if (node.IsScalar()) return Scalar(node);
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const YAML::Node& item : node) {
      absl::StatusOr<Json> value = Convert(item, depth + 1, nodes);
      if (!value.ok()) return value.status();
      list.push_back(*std::move(value));
    }
    return list;
  }
  if (node.IsMap()) {
    Json object = Json::object();
    for (const auto& entry : node) {
      const YAML::Node& key = entry.first;
      if (!key.IsScalar()) return Error(key.Mark(), "a key must be a text");
      if (object.contains(key.Scalar()))
        return Error(key.Mark(), absl::StrCat("\"", key.Scalar(), "\" is given twice"));
      absl::StatusOr<Json> value = Convert(entry.second, depth + 1, nodes);
      if (!value.ok()) return value.status();
      object[key.Scalar()] = *std::move(value);
    }
    return object;
  }
  return Json(nullptr);
}

}  // namespace

absl::StatusOr<std::string> YamlToJson(const std::string& text) {
  try {
    std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) {
      return Error(documents[1].Mark(), absl::StrCat("holds ", documents.size(), " documents, expected one"));
    }
    int nodes = 0;
    absl::StatusOr<Json> json = Convert(documents.empty() ? YAML::Node() : documents[0], 0, nodes);
    if (!json.ok()) return json.status();
    return json->dump();
  } catch (const YAML::Exception& error) {
    return Error(error.mark, error.msg);
  } catch (const nlohmann::json::exception&) {
    return absl::InvalidArgumentError("holds text that is not UTF-8");
  }
}

}  // namespace traind::client
