// TLS on the gRPC port, with files that may change while the server runs.
#ifndef TRAIND_SERVER_RPC_SERVER_TLS_H_
#define TRAIND_SERVER_RPC_SERVER_TLS_H_

#include <grpc/grpc_security.h>
#include <grpcpp/grpcpp.h>

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/rpc/tls_files.h"
#include "server/telemetry/metrics.h"

namespace traind {

// TLS 1.2 or 1.3. Connections are made with what the files last held that was good; those that there are live on.
//
// gRPC's own provider of files that change is not used: once it has read a key that does not fit its certificate, it
// refuses every client until the next change.
class ServerTls final {
 public:
  // Reads the files; `paths` has a certificate and a key. InvalidArgument names the flag, the file, what is wrong and
  // what to do. What has expired is served, with a warning: jobs go on, and the renewed files will be taken.
  static absl::StatusOr<std::unique_ptr<ServerTls>> Open(const TlsPaths& paths, Metrics& metrics);

  ServerTls(const ServerTls&) = delete;
  ServerTls& operator=(const ServerTls&) = delete;

  // Looks at the files; may wait for the disk. Called about once a second, by one thread at a time. New files are taken
  // once two looks found them the same, so that who writes one after the other is not met between. What is broken or
  // has expired is not taken; the log and `traind_tls_reloads_failed_total` say so at once and every minute.
  void Reload(absl::Time now);

  // For one server, which takes its connections on one thread (gRPC changes certificates without a lock) and ends
  // before this does. A client must have a certificate of `tls_client_ca`, if that is given.
  std::shared_ptr<grpc::ServerCredentials> Credentials();

 private:
  ServerTls(TlsPaths paths, TlsPem pem, Metrics& metrics);
  // gRPC asks at the start of each handshake.
  static grpc_ssl_certificate_config_reload_status Fetch(void* self, grpc_ssl_server_certificate_config** config);
  absl::Status Take(const absl::StatusOr<TlsPem>& pem, absl::Time now);

  const TlsPaths paths_;
  Metrics& metrics_;
  absl::StatusOr<TlsPem> last_look_;
  absl::Time complain_again_ = absl::InfinitePast();

  absl::Mutex mutex_;
  TlsPem in_use_ ABSL_GUARDED_BY(mutex_);
  bool fetched_ ABSL_GUARDED_BY(mutex_) = false;  // gRPC has what is in use
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_SERVER_TLS_H_
