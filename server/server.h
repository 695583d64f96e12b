// The whole server: every part made from the options, in order, and taken down in the reverse order.
#ifndef TRAIND_SERVER_SERVER_H_
#define TRAIND_SERVER_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/options.h"

namespace traind {

// A running server. Several may run in one process, each on its own data folder.
class Server {
 public:
  // Serves when it returns. FailedPrecondition: another server uses the data folder, or a newer traind made it.
  // Unavailable: an address is taken.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Options& options);
  virtual ~Server() = default;  // as Stop

  // HOST:PORT with the real port.
  virtual std::string grpc_address() const = 0;
  virtual std::string metrics_address() const = 0;

  // Health turns NOT_SERVING, running jobs save their state after the step at hand (and go on at the next start),
  // watches end as UNAVAILABLE, calls at work finish. Takes some seconds at most. Call once.
  virtual void Stop() = 0;
};

}  // namespace traind

#endif  // TRAIND_SERVER_SERVER_H_
