// Reads rows of a query into records.
#ifndef TRAIND_SERVER_STORAGE_SELECT_H_
#define TRAIND_SERVER_STORAGE_SELECT_H_

#include <soci/soci.h>

#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/storage/page.h"
#include "server/storage/unreadable_value.h"

namespace traind {

// What a row means. Whatever is wrong with it is thrown with the row's name.
template <typename Row>
auto RecordOf(const Row& row) {
  try {
    return row.ToRecord();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw UnreadableValue(absl::StrCat(row.Name(), ": ", error.what()));
  }
}

// Runs a query whose parameters are given in the order in which it names them, until `visit` returns false of a row.
// `Row` has a variable for each column: `void Bind(soci::statement&)` exchanges them in the order of the columns,
// `Record ToRecord() const` tells what a row means, and `std::string Name() const` how to call it. Throws what SQL
// throws, and UnreadableValue.
template <typename Row, typename Visit, typename... Parameters>
void ForEachRow(soci::session& sql, const std::string& query, Visit visit, const Parameters&... parameters) {
  Row row;
  soci::statement statement(sql);
  row.Bind(statement);
  (statement.exchange(soci::use(parameters)), ...);
  statement.alloc();
  statement.prepare(query);
  statement.define_and_bind();
  statement.execute();
  while (statement.fetch() && visit(row)) {
  }
}

// All rows of a query, as ForEachRow.
template <typename Row, typename... Parameters>
auto Select(soci::session& sql, const std::string& query, const Parameters&... parameters) {
  std::vector<decltype(Row().ToRecord())> records;
  const auto take = [&](const Row& row) {
    records.push_back(RecordOf(row));
    return true;
  };
  ForEachRow<Row>(sql, query, take, parameters...);
  return records;
}

// The text of the records of a page, of which the first may be longer.
inline constexpr size_t kPageTextBytes = 8 << 20;

// The first rows of a query without LIMIT, at most `limit` and at most kPageTextBytes of them: `size_t TextBytes()
// const` tells what a row has. What memory a list takes follows from that, not from how much there is.
template <typename Row, typename... Parameters>
auto SelectPage(soci::session& sql, const std::string& query, int limit, const Parameters&... parameters) {
  Page<decltype(Row().ToRecord())> page;
  size_t bytes = 0;
  const auto take = [&](const Row& row) {
    bytes += row.TextBytes();
    const bool is_full = bytes > kPageTextBytes && !page.records.empty();
    page.more = is_full || page.records.size() == static_cast<size_t>(limit);
    if (!page.more) page.records.push_back(RecordOf(row));
    return !page.more;
  };
  const int64_t count = int64_t{limit} + 1;
  ForEachRow<Row>(sql, query + " LIMIT :count", take, parameters..., count);
  return page;
}

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_SELECT_H_
