#include "server/rpc/tls_files.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/errors/errors.h"
#include "server/rpc/small_file.h"

namespace traind {
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
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;

constexpr char kCertificateFlag[] = "--tls_certificate";
constexpr char kPrivateKeyFlag[] = "--tls_private_key";
constexpr char kClientCaFlag[] = "--tls_client_ca";

absl::Status Fault(const char* flag, const std::string& path, const std::string& what) {
  return InvalidFields({{flag, absl::StrCat("'", path, "': ", what)}});
}

// The last thing that OpenSSL has complained of on this thread; forgets it, since gRPC looks there too.
std::string LastError() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string text = reason == nullptr ? "unknown" : reason;
  ERR_clear_error();
  return text;
}

Bio Reader(const std::string& bytes) { return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))); }

absl::StatusOr<std::vector<Certificate>> ParseCertificates(const char* flag, const std::string& path,
                                                           const std::string& pem) {
  std::vector<Certificate> certificates;
  const Bio reader = Reader(pem);
  while (X509* one = PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)) certificates.emplace_back(one);
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string error = LastError();
  // gRPC reads up to the first zero byte.
  if (!at_end || absl::StrContains(pem, '\0')) {
    return Fault(flag, path,
                 absl::StrCat("certificate ", certificates.size() + 1, " in it cannot be read (", error,
                              "); is the file written to its end?"));
  }
  if (certificates.empty()) {
    return Fault(flag, path, "holds no certificate; must be PEM, with -----BEGIN CERTIFICATE-----");
  }
  return certificates;
}

// Without it OpenSSL would ask the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

absl::StatusOr<Key> ParseKey(const std::string& path, const std::string& pem) {
  const Bio reader = Reader(pem);
  Key key(PEM_read_bio_PrivateKey(reader.get(), nullptr, NoPassphrase, nullptr));
  const std::string error = LastError();
  if (key != nullptr) return key;
  if (absl::StrContains(pem, "ENCRYPTED")) {
    return Fault(kPrivateKeyFlag, path, "is locked by a passphrase; unlock it: openssl pkey -in FILE -out UNLOCKED");
  }
  return Fault(kPrivateKeyFlag, path,
               absl::StrCat("holds no private key (", error, "); must be PEM, with -----BEGIN PRIVATE KEY-----"));
}

absl::Time ToTime(const ASN1_TIME* time) {
  std::tm parts = {};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? absl::FromTimeT(timegm(&parts)) : absl::InfinitePast();
}

Validity ValidityOf(const std::vector<Certificate>& chain) {
  Validity validity = {.from = absl::InfinitePast(), .until = absl::InfiniteFuture()};
  for (const Certificate& certificate : chain) {
    validity.from = std::max(validity.from, ToTime(X509_get0_notBefore(certificate.get())));
    validity.until = std::min(validity.until, ToTime(X509_get0_notAfter(certificate.get())));
  }
  return validity;
}

}  // namespace

absl::StatusOr<TlsPem> ReadTlsFiles(const TlsPaths& paths) {
  TlsPem pem;
  std::vector<FieldViolation> faults;
  const auto read = [&](const char* flag, const std::string& path, std::string& into) {
    absl::StatusOr<std::string> bytes = ReadSmallFile(path);
    if (bytes.ok()) {
      into = *std::move(bytes);
    } else {
      faults.push_back({flag, absl::StrCat("'", path, "' cannot be read: ", bytes.status().message(),
                                           "; must be a PEM file that traind's user may read")});
    }
  };
  read(kCertificateFlag, paths.tls_certificate, pem.certificate_chain);
  read(kPrivateKeyFlag, paths.tls_private_key, pem.private_key);
  if (!paths.tls_client_ca.empty()) read(kClientCaFlag, paths.tls_client_ca, pem.client_ca);
  if (!faults.empty()) return InvalidFields(faults);
  return pem;
}

absl::StatusOr<Validity> CheckTls(const TlsPaths& paths, const TlsPem& pem) {
  auto chain = ParseCertificates(kCertificateFlag, paths.tls_certificate, pem.certificate_chain);
  if (!chain.ok()) return chain.status();
  const absl::StatusOr<Key> key = ParseKey(paths.tls_private_key, pem.private_key);
  if (!key.ok()) return key.status();
  // What gRPC will do with them: OpenSSL refuses weak keys and old signatures only here.
  const Context context(SSL_CTX_new(TLS_server_method()));
  if (SSL_CTX_use_certificate(context.get(), chain->front().get()) != 1) {
    return Fault(kCertificateFlag, paths.tls_certificate,
                 absl::StrCat("OpenSSL refuses it: ", LastError(), "; have a new one made"));
  }
  for (size_t i = 1; i < chain->size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context.get(), chain->at(i).get()) != 1) {
      return Fault(kCertificateFlag, paths.tls_certificate,
                   absl::StrCat("OpenSSL refuses certificate ", i + 1, " in it: ", LastError()));
    }
  }
  if (SSL_CTX_use_PrivateKey(context.get(), key->get()) != 1 || SSL_CTX_check_private_key(context.get()) != 1) {
    return Fault(kPrivateKeyFlag, paths.tls_private_key,
                 absl::StrCat("is not the key of the first certificate in '", paths.tls_certificate, "' (", LastError(),
                              "); both must come from the same request"));
  }
  if (!paths.tls_client_ca.empty()) {
    const auto authorities = ParseCertificates(kClientCaFlag, paths.tls_client_ca, pem.client_ca);
    if (!authorities.ok()) return authorities.status();
  }
  return ValidityOf(*chain);
}

}  // namespace traind
