// SHA-256 (FIPS 180-4) over bytes that come in pieces.
#ifndef TRAIND_SERVER_STORAGE_SHA256_H_
#define TRAIND_SERVER_STORAGE_SHA256_H_

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace traind {

// Used by one thread. A copy goes on from the same bytes on its own.
class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256& other);
  Sha256& operator=(const Sha256& other);
  void Update(std::string_view bytes);
  // 64 lower-case hex digits. Afterwards the object is spent.
  std::string Finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// Of bytes that are all there.
std::string Sha256Hex(std::string_view bytes);

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_SHA256_H_
