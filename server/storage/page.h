// A page of a list.
#ifndef TRAIND_SERVER_STORAGE_PAGE_H_
#define TRAIND_SERVER_STORAGE_PAGE_H_

#include <algorithm>
#include <utility>
#include <vector>

namespace traind {

// The next page begins after the key of the last record of this one.
template <typename Record>
struct Page {
  std::vector<Record> records;
  bool more = false;
};

// Makes a page of at most `limit` out of a query for `limit + 1`.
template <typename Record>
Page<Record> MakePage(std::vector<Record> records, int limit) {
  const size_t size = static_cast<size_t>(std::max(limit, 0));
  const bool more = records.size() > size;
  if (more) records.resize(size);
  return {std::move(records), more};
}

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_PAGE_H_
