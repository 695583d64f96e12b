// A page of a list.
#ifndef TRAIND_SERVER_STORAGE_PAGE_H_
#define TRAIND_SERVER_STORAGE_PAGE_H_

#include <vector>

namespace traind {

// The next page begins after the key of the last record of this one, which is not empty if there is more.
template <typename Record>
struct Page {
  std::vector<Record> records;
  bool more = false;
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_PAGE_H_
