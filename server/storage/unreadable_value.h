// What is thrown when the database holds something that no traind has written there.
#ifndef TRAIND_SERVER_STORAGE_UNREADABLE_VALUE_H_
#define TRAIND_SERVER_STORAGE_UNREADABLE_VALUE_H_

#include <stdexcept>

namespace traind {

// Becomes DataLoss, see sql_status.h. Which row it was in is told by Select.
struct UnreadableValue : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_UNREADABLE_VALUE_H_
