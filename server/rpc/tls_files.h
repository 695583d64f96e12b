// The files from which the server proves who it is and tells which clients it takes.
#ifndef TRAIND_SERVER_RPC_TLS_FILES_H_
#define TRAIND_SERVER_RPC_TLS_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace traind {

// PEM files, each by the flag of its name.
struct TlsPaths {
  std::string tls_certificate;  // the server's own first, then those that lead from it to its authority
  std::string tls_private_key;  // of the first certificate; no passphrase
  std::string
      tls_client_ca;  // authorities, one of which must have signed a client's certificate; none: no client is asked
};

// What they hold.
struct TlsPem {
  std::string certificate_chain;
  std::string private_key;
  std::string client_ca;

  friend bool operator==(const TlsPem&, const TlsPem&) = default;
};

// InvalidArgument names each flag whose file cannot be read, the file, and why.
absl::StatusOr<TlsPem> ReadTlsFiles(const TlsPaths& paths);

// When every certificate of the chain is valid.
struct Validity {
  absl::Time from;
  absl::Time until;
};

// Whether a handshake can be made with it: OpenSSL takes chain, key and authorities, and the key is the certificate's.
// InvalidArgument names flag, file, what is wrong and what to do. Times are not judged.
absl::StatusOr<Validity> CheckTls(const TlsPaths& paths, const TlsPem& pem);

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_TLS_FILES_H_
