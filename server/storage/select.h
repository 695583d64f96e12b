// Reads rows of a query into records.
#ifndef TRAIND_SERVER_STORAGE_SELECT_H_
#define TRAIND_SERVER_STORAGE_SELECT_H_

#include <soci/soci.h>

#include <exception>
#include <new>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
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

// Runs a query whose parameters are given in the order in which it names them. `Row` has a variable for each column:
// `void Bind(soci::statement&)` exchanges them in the order of the columns, `Record ToRecord() const` tells what a row
// means, and `std::string Name() const` how to call it. Throws what SQL throws, and UnreadableValue.
template <typename Row, typename... Parameters>
auto Select(soci::session& sql, const std::string& query, const Parameters&... parameters) {
  Row row;
  soci::statement statement(sql);
  row.Bind(statement);
  (statement.exchange(soci::use(parameters)), ...);
  statement.alloc();
  statement.prepare(query);
  statement.define_and_bind();
  statement.execute();
  std::vector<decltype(row.ToRecord())> records;
  while (statement.fetch()) records.push_back(RecordOf(row));
  return records;
}

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_SELECT_H_
