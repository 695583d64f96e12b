// Reads rows of a query into records.
#ifndef TRAIND_SERVER_STORAGE_SELECT_H_
#define TRAIND_SERVER_STORAGE_SELECT_H_

#include <soci/soci.h>

#include <string>
#include <vector>

namespace traind {

// Runs a query whose parameters are given in the order in which it names them. `Row` has a variable for each column:
// `void Bind(soci::statement&)` exchanges them in the order of the columns, `Record ToRecord() const` tells what a row
// means. Throws what SQL throws.
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
  while (statement.fetch()) records.push_back(row.ToRecord());
  return records;
}

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_SELECT_H_
