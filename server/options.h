// What a server can be told, as flags and as a plain struct.
#ifndef TRAIND_SERVER_OPTIONS_H_
#define TRAIND_SERVER_OPTIONS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/telemetry/logging.h"

namespace traind {

// Each field is the flag of the same name.
struct Options {
  std::string grpc_address = "127.0.0.1:50051";    // HOST:PORT; port 0: any free one
  std::string metrics_address = "127.0.0.1:9464";  // HOST:PORT; port 0: any free one
  std::string tls_certificate;                     // PEM file; none: no TLS
  std::string tls_private_key;                     // PEM file; given with the certificate, and only then
  std::string tls_client_ca;                       // PEM file; given: clients must have a certificate of it
  bool insecure = false;                           // other machines may call without TLS
  std::string tokens_file;                         // of those who may call; empty: everybody may everything
  std::string audit_log;                           // a file, or `-` for the standard output; empty: none
  bool reflection = true;                          // clients may ask what services and messages there are
  LogFormat log_format = LogFormat::kText;
  LogLevel log_level = LogLevel::kInfo;  // at first: SIGUSR1 and SIGUSR2 change it
  std::string data_dir = "traind-data";  // made if it is not there
  int cores = 0;                         // that jobs train on, all together; 0: all there are
  int max_queued_jobs = 10'000;          // more are refused
  int max_attempts = 3;                  // crashes in a row without a newer checkpoint after which a job has failed
  int max_connections = 10'000;          // at once; fewer if the limit of open files is low
  int max_streams = 1'000;               // calls at once on a connection
  int64_t max_message_bytes = int64_t{4} << 20;        // of a request
  int max_layers = 1'000;                              // of a job
  int64_t max_parameters = int64_t{1} << 31;           // of a job
  int max_epochs = 100'000;                            // of a job
  double max_tenant_calls_per_second = 0;              // of each tenant; 0: no limit
  int max_tenant_queued_jobs = 0;                      // of each tenant; 0: no limit
  int64_t max_tenant_bytes = int64_t{1} << 40;         // of a tenant's datasets and uploads, not its models
  int max_uploads = 1'000;                             // under way at once
  int64_t min_free_disk_bytes = int64_t{256} << 20;    // data leaves so much of the disk free
  int64_t max_upload_bytes = int64_t{1} << 40;         // of one upload
  absl::Duration upload_ttl = absl::Hours(24);         // an upload to which nothing comes for so long is removed
  absl::Duration upload_patience = absl::Seconds(60);  // a stream whose next 64 KiB take so long is given up
  int max_watches = 2'000;                             // streams of WatchTrainingJob at once
  int max_upload_streams = 100;                        // at a time; more are refused
  int64_t memory_budget_bytes = 0;  // of all jobs that run at once; 0: 80% of what the machine or cgroup has
};

// Reads the command line. InvalidArgument names the flag, the value and what it may be. Ends the process for --help and
// --version, and with status 1 for a flag that does not exist (Abseil's behaviour).
absl::StatusOr<Options> OptionsFromCommandLine(int argc, char** argv);

}  // namespace traind

#endif  // TRAIND_SERVER_OPTIONS_H_
