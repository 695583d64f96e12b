#include "server/convert/page_token.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/convert/resource_name.h"
#include "server/errors/errors.h"
#include "server/errors/text.h"

namespace traind {
namespace {

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 1000;

std::string Encode(std::string_view collection, std::string_view key) {
  return absl::WebSafeBase64Escape("1 " + std::string(collection) + " " + std::string(key));
}

int Limit(int32_t page_size, std::vector<FieldViolation>& faults) {
  if (page_size < 0) {
    faults.push_back(
        {"page_size", absl::StrCat(page_size, "; must be 1 to ", kMaxPageSize, ", or 0 for ", kDefaultPageSize)});
  }
  return page_size == 0 ? kDefaultPageSize : std::min(page_size, kMaxPageSize);
}

// The key in a token; nothing if Encode did not make it.
std::optional<std::string> Decode(std::string_view collection, std::string_view token) {
  std::string text;
  const std::string prefix = "1 " + std::string(collection) + " ";
  if (!absl::WebSafeBase64Unescape(std::string(token), &text) || text.compare(0, prefix.size(), prefix) != 0) {
    return std::nullopt;
  }
  std::string key = text.substr(prefix.size());
  if (Encode(collection, key) != token) return std::nullopt;
  return key;
}

void AddTokenFault(std::string_view token, std::vector<FieldViolation>& faults) {
  faults.push_back({"page_token", Quoted(token) + " was not returned by this method as next_page_token; leave it out "
                                                  "to begin at the first page"});
}

}  // namespace

absl::StatusOr<PageById> ParsePageById(std::string_view collection, int32_t page_size, std::string_view page_token) {
  std::vector<FieldViolation> faults;
  PageById page{Limit(page_size, faults), ""};
  if (!page_token.empty()) {
    page.after = Decode(collection, page_token).value_or("");
    std::vector<FieldViolation> id_faults;
    CheckId(page.after, "page_token", id_faults);
    if (!id_faults.empty()) AddTokenFault(page_token, faults);
  }
  if (!faults.empty()) return InvalidFields(faults);
  return page;
}

absl::StatusOr<PageByNumber> ParsePageByNumber(std::string_view collection, int32_t page_size,
                                               std::string_view page_token) {
  std::vector<FieldViolation> faults;
  PageByNumber page{Limit(page_size, faults), 0};
  if (!page_token.empty()) {
    const std::optional<std::string> key = Decode(collection, page_token);
    if (!key || !absl::SimpleAtoi(*key, &page.before) || page.before < 1) AddTokenFault(page_token, faults);
  }
  if (!faults.empty()) return InvalidFields(faults);
  return page;
}

std::string PageTokenAfter(std::string_view collection, std::string_view id) { return Encode(collection, id); }

std::string PageTokenBefore(std::string_view collection, int64_t number) {
  return Encode(collection, absl::StrCat(number));
}

}  // namespace traind
