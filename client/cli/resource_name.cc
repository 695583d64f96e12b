#include "client/cli/resource_name.h"

#include <nlohmann/json.hpp>

namespace traind::client {
namespace {

// Returns what is wrong with the text, or nothing.
std::string CheckUtf8(const std::string& text) { return IsUtf8(text) ? "" : "is not UTF-8"; }

// Cuts `collection/` off. Returns what is wrong with the name, or nothing.
std::string StripCollection(const std::string& collection, std::string& name) {
  if (std::string fault = CheckUtf8(name); !fault.empty()) return fault;
  if (name.rfind(collection + "/", 0) == 0) name.erase(0, collection.size() + 1);
  if (name.empty() || name.find('/') != std::string::npos) {
    return "'" + name + "' is no such name; give NAME or " + collection + "/NAME";
  }
  return "";
}

}  // namespace

CLI::Validator ResourceName(const std::string& collection) {
  return CLI::Validator(
      [collection](std::string& name) {
        std::string fault = StripCollection(collection, name);
        if (fault.empty()) name = collection + "/" + name;
        return fault;
      },
      "");
}

CLI::Validator ResourceId(const std::string& collection) {
  return CLI::Validator([collection](std::string& name) { return StripCollection(collection, name); }, "");
}

bool IsUtf8(const std::string& text) {
  try {
    nlohmann::json(text).dump();
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
  return true;
}

CLI::Validator Utf8() {
  return CLI::Validator([](std::string& text) { return CheckUtf8(text); }, "");
}

}  // namespace traind::client
