#include "server/rpc/server_tls.h"

#include <grpc/grpc.h>
#include <spdlog/spdlog.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace traind {
namespace {

constexpr absl::Duration kBetweenComplaints = absl::Minutes(1);

// gRPC's C++ has no credentials that ask for their certificates; its C core has.
class FetchingCredentials : public grpc::ServerCredentials {
 public:
  explicit FetchingCredentials(grpc_ssl_server_credentials_options* options)
      : credentials_(grpc_ssl_server_credentials_create_with_options(options)) {}
  ~FetchingCredentials() override { grpc_server_credentials_release(credentials_); }

  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>& processor) override {
    (void)processor;  // traind has none
  }

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  grpc_server_credentials* const credentials_;
};

std::string Format(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()); }

bool Same(const absl::StatusOr<TlsPem>& one, const absl::StatusOr<TlsPem>& other) {
  return one.ok() && other.ok() ? *one == *other : one.status() == other.status();
}

}  // namespace

ServerTls::ServerTls(TlsPaths paths, TlsPem pem, Metrics& metrics)
    : paths_(std::move(paths)), metrics_(metrics), last_look_(pem), in_use_(std::move(pem)) {}

absl::StatusOr<std::unique_ptr<ServerTls>> ServerTls::Open(const TlsPaths& paths, Metrics& metrics) {
  absl::StatusOr<TlsPem> pem = ReadTlsFiles(paths);
  if (!pem.ok()) return pem.status();
  const absl::StatusOr<Validity> validity = CheckTls(paths, *pem);
  if (!validity.ok()) return validity.status();
  metrics.SetTlsCertificateExpiry(validity->until);
  const absl::Time now = absl::Now();
  if (now > validity->until || now < validity->from) {
    spdlog::warn("clients will refuse the TLS certificate: it is valid from {} to {}; renew {}", Format(validity->from),
                 Format(validity->until), paths.tls_certificate);
  }
  return std::unique_ptr<ServerTls>(new ServerTls(paths, *std::move(pem), metrics));
}

void ServerTls::Reload(absl::Time now) {
  absl::StatusOr<TlsPem> look = ReadTlsFiles(paths_);
  const bool settled = Same(look, last_look_);
  last_look_ = std::move(look);
  if (!settled) complain_again_ = absl::InfinitePast();
  if (!settled || now < complain_again_) return;
  const absl::Status taken = Take(last_look_, now);
  if (taken.ok()) return;
  complain_again_ = now + kBetweenComplaints;
  metrics_.TlsReloadFailed();
  spdlog::error("new TLS files are not taken, the last good ones stay in use: {}", std::string(taken.message()));
}

absl::Status ServerTls::Take(const absl::StatusOr<TlsPem>& pem, absl::Time now) {
  if (!pem.ok()) return pem.status();
  {
    absl::MutexLock lock(&mutex_);
    if (*pem == in_use_) return absl::OkStatus();
  }
  const absl::StatusOr<Validity> validity = CheckTls(paths_, *pem);
  if (!validity.ok()) return validity.status();
  if (now > validity->until) {
    return absl::InvalidArgumentError(absl::StrCat("--tls_certificate: '", paths_.tls_certificate, "' has expired at ",
                                                   Format(validity->until), "; renew it"));
  }
  metrics_.SetTlsCertificateExpiry(validity->until);
  spdlog::info("new TLS files are in use; the certificate is valid until {}", Format(validity->until));
  absl::MutexLock lock(&mutex_);
  in_use_ = *pem;
  fetched_ = false;
  return absl::OkStatus();
}

grpc_ssl_certificate_config_reload_status ServerTls::Fetch(void* self, grpc_ssl_server_certificate_config** config) {
  ServerTls& tls = *static_cast<ServerTls*>(self);
  absl::MutexLock lock(&tls.mutex_);
  if (tls.fetched_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
  tls.fetched_ = true;
  const grpc_ssl_pem_key_cert_pair pair = {.private_key = tls.in_use_.private_key.c_str(),
                                           .cert_chain = tls.in_use_.certificate_chain.c_str()};
  // gRPC insists on some authority, even where no client is asked for a certificate.
  const char* authorities = tls.in_use_.client_ca.empty() ? pair.cert_chain : tls.in_use_.client_ca.c_str();
  *config = grpc_ssl_server_certificate_config_create(authorities, &pair, 1);
  return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
}

std::shared_ptr<grpc::ServerCredentials> ServerTls::Credentials() {
  const auto request = paths_.tls_client_ca.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                                    : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  return std::make_shared<FetchingCredentials>(
      grpc_ssl_server_credentials_create_options_using_config_fetcher(request, &Fetch, this));
}

}  // namespace traind
