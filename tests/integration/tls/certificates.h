// Certificates for a test, made in milliseconds.
#ifndef TRAIND_TESTS_INTEGRATION_TLS_CERTIFICATES_H_
#define TRAIND_TESTS_INTEGRATION_TLS_CERTIFICATES_H_

#include <openssl/x509.h>

#include <string>

#include "absl/time/time.h"

namespace traind {

// PEM.
struct Identity {
  std::string certificate;
  std::string private_key;
};

// Who signs certificates.
class Authority {
 public:
  explicit Authority(const std::string& name);
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  // The authority's own certificate, PEM.
  const std::string& certificate() const { return certificate_; }

  // For the host `name`, if it is that of a server; valid from a day ago for `validity` from now, which may be
  // negative.
  Identity Issue(const std::string& name, absl::Duration validity = absl::Hours(24)) const;

 private:
  EVP_PKEY* const key_;
  X509* x509_ = nullptr;
  std::string certificate_;
};

}  // namespace traind

#endif  // TRAIND_TESTS_INTEGRATION_TLS_CERTIFICATES_H_
