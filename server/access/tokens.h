// Tells callers by their tokens, from a file that is read again when it changes.
#ifndef TRAIND_SERVER_ACCESS_TOKENS_H_
#define TRAIND_SERVER_ACCESS_TOKENS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/access/caller.h"
#include "server/access/token_file.h"

namespace traind {

// Thread-safe.
class Tokens {
 public:
  // The whole file as it is now; an error says why it cannot be read.
  using Read = std::function<absl::StatusOr<std::string>()>;

  // Errors: those of `read`, and of ParseTokenFile.
  static absl::StatusOr<std::unique_ptr<Tokens>> Open(Read read);

  // Nothing if the token is unknown or has expired. A hash and a look into a map.
  std::optional<Caller> Find(std::string_view token, absl::Time now) const;

  enum class Reloaded { kUnchanged, kChanged };
  // Reads the file again; may block. On an error those known before stay good, and the error is not told a second time
  // while it stays the same.
  absl::StatusOr<Reloaded> Reload();

 private:
  Tokens(Read read, std::string text, TokenTable table);

  const Read read_;
  absl::Mutex reloading_;
  absl::StatusOr<std::string> last_ ABSL_GUARDED_BY(reloading_);  // that was read, good or not
  mutable absl::Mutex mutex_;
  std::shared_ptr<const TokenTable> table_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace traind

#endif  // TRAIND_SERVER_ACCESS_TOKENS_H_
