// The one place where exceptions of the SQL library become statuses.
#ifndef TRAIND_SERVER_STORAGE_SQL_STATUS_H_
#define TRAIND_SERVER_STORAGE_SQL_STATUS_H_

#include "absl/status/status.h"

namespace traind {

// For use inside a catch block. SQL: Unavailable (busy, I/O error), ResourceExhausted (disk or memory full), DataLoss
// (corrupt file), else Internal. A stored JSON value that cannot be read: DataLoss. Anything else: Internal.
absl::Status StatusOfCurrentException();

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_SQL_STATUS_H_
