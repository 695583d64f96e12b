#include "server/convert/resource_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "server/errors/text.h"

namespace traind {
namespace {

constexpr size_t kMaxIdLength = 63;
constexpr char kRule[] =
    "a lower-case letter, then lower-case letters, digits and hyphens, the last one no hyphen; at most 63 characters";

bool IsId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdLength && absl::ascii_islower(static_cast<unsigned char>(id[0])) &&
         id.back() != '-' && std::all_of(id.begin(), id.end(), [](unsigned char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

}  // namespace

std::string ResourceName(std::string_view collection, std::string_view id) {
  return std::string(collection) + "/" + std::string(id);
}

void CheckId(std::string_view id, std::string_view field, std::vector<FieldViolation>& faults) {
  if (IsId(id)) return;
  const std::string start = id.empty() ? "is missing; it must be " : Quoted(id) + " is no id; it must be ";
  faults.push_back({std::string(field), start + kRule});
}

std::string ParseResourceName(std::string_view collection, std::string_view name, std::string_view field,
                              std::vector<FieldViolation>& faults) {
  const std::string prefix = ResourceName(collection, "");
  if (name.substr(0, prefix.size()) == prefix && IsId(name.substr(prefix.size()))) {
    return std::string(name.substr(prefix.size()));
  }
  const std::string start = name.empty() ? "is missing" : Quoted(name) + " is no such name";
  faults.push_back({std::string(field), start + "; it must be " + prefix + "ID, where ID is " + kRule});
  return "";
}

absl::StatusOr<std::string> ParseResourceName(std::string_view collection, std::string_view name) {
  std::vector<FieldViolation> faults;
  std::string id = ParseResourceName(collection, name, "name", faults);
  if (!faults.empty()) return InvalidFields(faults);
  return id;
}

}  // namespace traind
