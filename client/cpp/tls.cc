#include "client/cpp/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace traind::client {
namespace {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;

absl::Status Fault(const std::string& path, const std::string& what) {
  // OpenSSL's complaints are not for gRPC, which looks for its own in the same place.
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrCat("'", path, "' ", what));
}

absl::Status Read(const std::string& path, std::string& into) {
  if (path.empty()) return absl::OkStatus();
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  into.assign(std::istreambuf_iterator<char>(file), {});
  if (file.is_open() && errno == 0) return absl::OkStatus();
  return Fault(path, absl::StrCat("cannot be read: ", std::generic_category().message(errno)));
}

Bio Reader(const std::string& bytes) { return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))); }

absl::StatusOr<Certificate> FirstCertificate(const std::string& path, const std::string& pem) {
  Certificate certificate(PEM_read_bio_X509(Reader(pem).get(), nullptr, nullptr, nullptr));
  if (certificate != nullptr) return certificate;
  return Fault(path, "holds no certificate; must be PEM, with -----BEGIN CERTIFICATE-----");
}

// Without it OpenSSL would ask the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

absl::Status CheckOwn(const TlsFiles& files, const Tls& tls) {
  const absl::StatusOr<Certificate> certificate = FirstCertificate(files.certificate, tls.certificate);
  if (!certificate.ok()) return certificate.status();
  if (X509_cmp_current_time(X509_get0_notAfter(certificate->get())) < 0) {
    return Fault(files.certificate, "has expired; the server would refuse it: have it renewed");
  }
  const Key key(PEM_read_bio_PrivateKey(Reader(tls.private_key).get(), nullptr, NoPassphrase, nullptr));
  if (key == nullptr) return Fault(files.private_key, "holds no private key in PEM, or one locked by a passphrase");
  if (X509_check_private_key(certificate->get(), key.get()) != 1) {
    return Fault(files.private_key, absl::StrCat("is not the key of the certificate in '", files.certificate, "'"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Tls> ReadTls(const TlsFiles& files) {
  if (files.certificate.empty() != files.private_key.empty()) {
    return absl::InvalidArgumentError("a client's certificate and its private key are of use together only");
  }
  Tls tls = {.server_name = files.server_name};
  absl::Status status = Read(files.ca, tls.ca);
  status.Update(Read(files.certificate, tls.certificate));
  status.Update(Read(files.private_key, tls.private_key));
  if (status.ok() && !files.ca.empty()) status = FirstCertificate(files.ca, tls.ca).status();
  if (status.ok() && !files.certificate.empty()) status = CheckOwn(files, tls);
  if (!status.ok()) return status;
  return tls;
}

}  // namespace traind::client
