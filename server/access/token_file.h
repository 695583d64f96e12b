// The file of those who may call: a line for each token, which holds its hash and not the token.
//
//   # name  role     tenant  SHA-256 of the token (64 hex digits)   expires (RFC 3339; may be left out)
//   alice   trainer  acme    2c26b46b68ffc68ff99b453c1d30413413...  2027-01-31T00:00:00Z
//
// A token is 256 random bits, so that one SHA-256 is enough: from the hash it can only be guessed, and there are too
// many to try. Slow, salted hashes are for passwords, of which there are few.
#ifndef TRAIND_SERVER_ACCESS_TOKEN_FILE_H_
#define TRAIND_SERVER_ACCESS_TOKEN_FILE_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/access/caller.h"

namespace traind {

struct TokenEntry {
  Caller caller;
  absl::Time expire_time = absl::InfiniteFuture();
};

// By the SHA-256 of the token, in lower-case hex.
using TokenTable = absl::flat_hash_map<std::string, TokenEntry>;

// Fields are separated by blanks or tabs; empty lines and what begins with `#` are left out. One name may have several
// tokens, so that a new one can come before the old one goes. InvalidArgument lists every fault with its line, the
// value and what is allowed; a value that may be a token is not repeated.
absl::StatusOr<TokenTable> ParseTokenFile(const std::string& text);

}  // namespace traind

#endif  // TRAIND_SERVER_ACCESS_TOKEN_FILE_H_
