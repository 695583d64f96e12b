// The tables of the database, and how those of an older traind become those of this one.
#ifndef TRAIND_SERVER_STORAGE_MIGRATIONS_H_
#define TRAIND_SERVER_STORAGE_MIGRATIONS_H_

#include "absl/status/status.h"

namespace soci {
class session;
}

namespace traind {

// Brings a database, new or old, up to date: each step is one transaction, and `PRAGMA user_version` counts the steps
// made. FailedPrecondition if more were made than this traind knows. Throws what SQL throws.
absl::Status Migrate(soci::session& sql);

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_MIGRATIONS_H_
