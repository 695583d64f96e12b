#include "server/access/token_file.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "server/errors/errors.h"
#include "server/errors/text.h"

namespace traind {
namespace {

constexpr size_t kMostInName = 63;
constexpr size_t kHexDigits = 64;
// Longer values are not repeated in messages: somebody may have put a token where it does not belong.
constexpr size_t kMostShown = 24;

std::string Shown(const std::string& value) {
  return value.size() <= kMostShown ? Quoted(value) : absl::StrCat("of ", value.size(), " characters");
}

bool IsName(const std::string& name) {
  return name.size() <= kMostInName && std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == '@';
         });
}

bool IsTenant(const std::string& tenant) {
  return tenant.size() <= kMostInName && absl::ascii_islower(static_cast<unsigned char>(tenant.front())) &&
         tenant.back() != '-' && std::all_of(tenant.begin(), tenant.end(), [](unsigned char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

bool IsSha256(const std::string& hash) {
  return hash.size() == kHexDigits &&
         std::all_of(hash.begin(), hash.end(), [](unsigned char c) { return absl::ascii_isxdigit(c); });
}

// A line's fields as an entry; adds its faults.
TokenEntry ParseFields(const std::vector<std::string>& fields, const std::string& line,
                       std::vector<FieldViolation>& faults) {
  TokenEntry entry;
  const auto fault = [&](const char* what, const std::string& value, const char* allowed) {
    faults.push_back({line, absl::StrCat(what, " ", Shown(value), "; must be ", allowed)});
  };
  if (!IsName(fields[0])) fault("name", fields[0], "at most 63 letters, digits, '-', '_', '.' and '@'");
  const std::optional<Role> role = RoleOf(fields[1]);
  if (!role) fault("role", fields[1], "reader, trainer or admin");
  if (!IsTenant(fields[2])) {
    fault("tenant", fields[2],
          "a lower-case letter, then lower-case letters, digits and hyphens, the last one no hyphen; at most 63");
  }
  if (!IsSha256(fields[3])) {
    faults.push_back({line, absl::StrCat("hash of ", fields[3].size(),
                                         " characters; must be the SHA-256 of the token, 64 hex digits, as `trainctl "
                                         "token create` prints it")});
  }
  if (fields.size() > 4) {
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, fields[4], &entry.expire_time, &error)) {
      fault("expiry", fields[4], "a time such as 2027-01-31T00:00:00Z, or be left out");
    }
  }
  entry.caller = {.name = fields[0], .role = role.value_or(Role::kReader), .tenant = fields[2]};
  return entry;
}

}  // namespace

absl::StatusOr<TokenTable> ParseTokenFile(const std::string& text) {
  TokenTable table;
  std::vector<FieldViolation> faults;
  int number = 0;
  // A file that is cut within its last line may have lost an expiry.
  if (!text.empty() && text.back() != '\n') {
    faults.push_back({"last line", "has no end: the file may be cut; must end with a newline"});
  }
  for (const absl::string_view row : absl::StrSplit(text, '\n')) {
    const std::string line = absl::StrCat("line ", ++number);
    const std::vector<std::string> fields = absl::StrSplit(row, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
    if (fields.empty() || fields[0].front() == '#') continue;
    if (fields.size() < 4 || fields.size() > 5) {
      faults.push_back(
          {line, absl::StrCat(fields.size(), " fields; must be name, role, tenant, hash and, if it has one, expiry")});
      continue;
    }
    TokenEntry entry = ParseFields(fields, line, faults);
    if (!table.try_emplace(absl::AsciiStrToLower(fields[3]), std::move(entry)).second) {
      faults.push_back({line, "the hash is there already; must be another token for each line"});
    }
  }
  // A file that is being written is empty for a moment, and nobody is to be locked out by it.
  if (table.empty() && faults.empty()) {
    faults.push_back({"line 1", "there is no token in it; must be one at least, see `trainctl token create --help`"});
  }
  if (!faults.empty()) return InvalidFields(faults);
  return table;
}

}  // namespace traind
