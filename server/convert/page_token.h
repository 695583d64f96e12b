// Pages of lists (AIP-158). A token is opaque to clients: web-safe base64 of a version, the collection and the last key
// of the page before.
#ifndef TRAIND_SERVER_CONVERT_PAGE_TOKEN_H_
#define TRAIND_SERVER_CONVERT_PAGE_TOKEN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace traind {

// A page ends early when its resources take so much, so that the answer fits the 4 MiB that clients take by default.
inline constexpr size_t kPageBytes = 2 << 20;

// A page of a list ordered by id.
struct PageById {
  int limit = 0;
  std::string after;  // empty: from the start
};
// A page of a list ordered by number, the newest first.
struct PageByNumber {
  int limit = 0;
  int64_t before = 0;  // 0: from the newest
};

// Reads `page_size` (0 is 50, more than 1,000 is 1,000, less than 0 a fault) and `page_token` (empty, or as made below
// for the same collection). InvalidArgument lists the faults of both.
absl::StatusOr<PageById> ParsePageById(std::string_view collection, int32_t page_size, std::string_view page_token);
absl::StatusOr<PageByNumber> ParsePageByNumber(std::string_view collection, int32_t page_size,
                                               std::string_view page_token);

// The token of the page after the one that ends with this key.
std::string PageTokenAfter(std::string_view collection, std::string_view id);
std::string PageTokenBefore(std::string_view collection, int64_t number);

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_PAGE_TOKEN_H_
