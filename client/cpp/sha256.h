// SHA-256 of bytes that come in pieces.
#ifndef TRAIND_CLIENT_CPP_SHA256_H_
#define TRAIND_CLIENT_CPP_SHA256_H_

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace traind::client {

// A copy goes on from the same bytes on its own.
class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
  Sha256(const Sha256& other) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_MD_CTX_copy_ex(context_.get(), other.context_.get());
  }
  Sha256& operator=(const Sha256&) = delete;

  void Add(absl::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

  // 64 lower-case hex digits. Afterwards the object is spent.
  std::string Hex() {
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), &size);
    digest.resize(size);
    return absl::BytesToHexString(digest);
  }

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CPP_SHA256_H_
