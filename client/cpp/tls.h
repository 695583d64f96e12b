// With which certificates a client speaks TLS.
#ifndef TRAIND_CLIENT_CPP_TLS_H_
#define TRAIND_CLIENT_CPP_TLS_H_

#include <string>

#include "absl/status/statusor.h"

namespace traind::client {

// Texts of PEM files.
struct Tls {
  std::string ca = {};           // who signs the server's certificate; empty: whom the system trusts
  std::string certificate = {};  // the client's own, and those that lead to its authority; empty: none
  std::string private_key = {};  // of the client's certificate
  std::string server_name = {};  // that the server's certificate must be for; empty: the host that is called
};

// The files of these texts; empty: none.
struct TlsFiles {
  std::string ca = {};
  std::string certificate = {};
  std::string private_key = {};
  std::string server_name = {};  // as in Tls
};

// Reads the files and checks them as far as one side can. InvalidArgument tells the file and what is wrong: it cannot
// be read, is not PEM, the key is not the certificate's or locked by a passphrase, the certificate has expired.
absl::StatusOr<Tls> ReadTls(const TlsFiles& files);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CPP_TLS_H_
