#include "server/storage/sql_status.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <new>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "server/storage/unreadable_value.h"

namespace traind {
namespace {

absl::Status SqliteStatus(const soci::sqlite3_soci_error& error) {
  // Without the statement, which is nothing to a user.
  const std::string message = absl::StrCat("database: ", error.get_error_message());
  switch (error.result() & 0xff) {  // the rest tells which kind of I/O error, and so on
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return absl::ResourceExhaustedError(message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PROTOCOL:
    case SQLITE_PERM:
      return absl::UnavailableError(message);
    default:
      spdlog::error("database: {}", error.what());
      return absl::InternalError(message);
  }
}

}  // namespace

absl::Status StatusOfCurrentException() {
  try {
    throw;
  } catch (const soci::sqlite3_soci_error& error) {
    return SqliteStatus(error);
  } catch (const soci::soci_error& error) {
    spdlog::error("database: {}", error.what());
    return absl::InternalError(absl::StrCat("database: ", error.get_error_message()));
  } catch (const UnreadableValue& error) {
    return absl::DataLossError(absl::StrCat("database: a stored value cannot be read: ", error.what(),
                                            "; restore the database from a backup"));
  } catch (const nlohmann::json::exception& error) {
    return absl::DataLossError(absl::StrCat("database: a stored value cannot be read: ", error.what()));
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("database: out of memory");
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("database: ", error.what()));
  }
}

}  // namespace traind
