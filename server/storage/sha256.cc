#include "server/storage/sha256.h"

#include <openssl/evp.h>

#include "absl/strings/escaping.h"

namespace traind {

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }

Sha256::Sha256(const Sha256& other) : context_(EVP_MD_CTX_new()) { *this = other; }

Sha256& Sha256::operator=(const Sha256& other) {
  EVP_MD_CTX_copy_ex(context_.get(), other.context_.get());
  return *this;
}

void Sha256::Update(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

std::string Sha256::Finish() {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), &size);
  digest.resize(size);
  return absl::BytesToHexString(digest);
}

std::string Sha256Hex(std::string_view bytes) {
  Sha256 hash;
  hash.Update(bytes);
  return hash.Finish();
}

}  // namespace traind
