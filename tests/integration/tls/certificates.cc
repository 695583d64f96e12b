#include "tests/integration/tls/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "absl/strings/str_cat.h"

namespace traind {
namespace {

constexpr absl::Duration kSince = absl::Hours(24);

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

std::string Pem(X509* certificate) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  return TextOf(bio);
}

std::string Pem(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  return TextOf(bio);
}

EVP_PKEY* NewKey() { return EVP_EC_gen("P-256"); }

void AddExtension(X509* certificate, int id, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// Without a signature yet.
X509* NewCertificate(const std::string& name, absl::Duration validity, EVP_PKEY* key) {
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  uint32_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial));
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial | 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -absl::ToInt64Seconds(kSince));
  X509_gmtime_adj(X509_getm_notAfter(certificate), absl::ToInt64Seconds(validity));
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

}  // namespace

Authority::Authority(const std::string& name) : key_(NewKey()) {
  x509_ = NewCertificate(name, absl::Hours(48), key_);
  X509_set_issuer_name(x509_, X509_get_subject_name(x509_));
  AddExtension(x509_, NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(x509_, key_, EVP_sha256());
  certificate_ = Pem(x509_);
}

Authority::~Authority() {
  X509_free(x509_);
  EVP_PKEY_free(key_);
}

Identity Authority::Issue(const std::string& name, absl::Duration validity) const {
  EVP_PKEY* key = NewKey();
  X509* certificate = NewCertificate(name, validity, key);
  X509_set_issuer_name(certificate, X509_get_subject_name(x509_));
  AddExtension(certificate, NID_subject_alt_name, absl::StrCat("DNS:", name));
  X509_sign(certificate, key_, EVP_sha256());
  Identity identity = {.certificate = Pem(certificate), .private_key = Pem(key)};
  X509_free(certificate);
  EVP_PKEY_free(key);
  return identity;
}

}  // namespace traind
