#include "server/options.h"

#include <initializer_list>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/errors/errors.h"

ABSL_FLAG(std::string, grpc_address, traind::Options().grpc_address,
          "HOST:PORT that clients call; port 0 takes any free one.");
ABSL_FLAG(std::string, metrics_address, traind::Options().metrics_address,
          "HOST:PORT of the HTTP pages /metrics (for Prometheus) and /healthz; port 0 takes any free one.");
ABSL_FLAG(std::string, tls_certificate, "",
          "PEM file of the gRPC port's certificate and those that lead to its authority. With it, clients must speak "
          "TLS. The TLS files are read again when they change.");
ABSL_FLAG(std::string, tls_private_key, "", "PEM file of the key of that certificate, without a passphrase.");
ABSL_FLAG(std::string, tls_client_ca, "",
          "PEM file of authorities. With it, only clients with a certificate that one of them signed are let in.");
ABSL_FLAG(bool, insecure, false,
          "Lets other machines call without TLS: whoever is on the way can read and change everything.");
ABSL_FLAG(
    std::string, tokens_file, "",
    "File of those who may call, each with a role, a tenant and the hash of a token; `trainctl token create` makes "
    "a line for it. Read again when it changes. Without it everybody who can connect may do everything.");
ABSL_FLAG(
    std::string, audit_log, "",
    "File to which a JSON line is added for each call that changes something or was refused for want of rights; - "
    "is the standard output.");
ABSL_FLAG(bool, reflection, traind::Options().reflection,
          "Lets clients such as grpcurl ask what services and messages there are.");
ABSL_FLAG(std::string, log_format, "text", "text or json (a JSON object a line), on stderr.");
ABSL_FLAG(std::string, log_level, "info",
          "debug (a line for each call), info, warn or error. SIGUSR1 makes a running server one level more talkative, "
          "SIGUSR2 one less.");
ABSL_FLAG(std::string, data_dir, traind::Options().data_dir,
          "Folder of everything that is kept: database and blobs. Made if it is not there. Never on a network share.");
ABSL_FLAG(
    int, cores, traind::Options().cores,
    "Cores that jobs train on. Each job takes as many as it has threads and waits till they are free. 0 takes all "
    "that the machine, or the cgroup, gives.");
ABSL_FLAG(int, max_queued_jobs, traind::Options().max_queued_jobs,
          "Jobs that may wait or be paused; further ones are refused.");
ABSL_FLAG(int, max_attempts, traind::Options().max_attempts,
          "Times that a server may end under a job, without a clean stop and without a newer checkpoint of it, before "
          "the job has failed.");
ABSL_FLAG(
    int, max_connections, traind::Options().max_connections,
    "Connections at once; further ones are closed. Fewer if the limit of open files does not leave room for them.");
ABSL_FLAG(int, max_streams, traind::Options().max_streams, "Calls at once on a connection; further ones wait.");
ABSL_FLAG(int64_t, max_message_bytes, traind::Options().max_message_bytes, "Bytes that a request may have.");
ABSL_FLAG(int, max_layers, traind::Options().max_layers, "Layers that a job's model may have, nested ones included.");
ABSL_FLAG(int64_t, max_parameters, traind::Options().max_parameters, "Parameters that a job's model may have.");
ABSL_FLAG(int, max_epochs, traind::Options().max_epochs, "Epochs that a job may ask for.");
ABSL_FLAG(double, max_tenant_calls_per_second, traind::Options().max_tenant_calls_per_second,
          "Calls that a tenant may make a second, and at once; further ones are refused. 0 is no limit. Without "
          "--tokens_file all callers count as one.");
ABSL_FLAG(int, max_tenant_queued_jobs, traind::Options().max_tenant_queued_jobs,
          "Jobs of a tenant that may wait; further ones are refused. 0 is no limit.");
ABSL_FLAG(int64_t, max_tenant_bytes, traind::Options().max_tenant_bytes,
          "Bytes that the datasets of a tenant, and its uploads as announced, may have together.");
ABSL_FLAG(int, max_uploads, traind::Options().max_uploads, "Uploads under way at once; further ones are refused.");
ABSL_FLAG(int64_t, min_free_disk_mb, traind::Options().min_free_disk_bytes >> 20,
          "MiB of the disk that data leaves free, for checkpoints, models and the database; 0: none.");
ABSL_FLAG(int64_t, max_upload_bytes, traind::Options().max_upload_bytes, "Bytes that one upload may have.");
ABSL_FLAG(absl::Duration, upload_ttl, traind::Options().upload_ttl,
          "An upload to which nothing comes for so long is removed, such as 24h or 30m.");
ABSL_FLAG(absl::Duration, upload_patience, traind::Options().upload_patience,
          "A stream of an upload that does not bring 64 KiB in so long is given up; the upload can go on.");
ABSL_FLAG(int, max_upload_streams, traind::Options().max_upload_streams,
          "Streams of uploads at a time; further ones are refused.");
ABSL_FLAG(int, max_watches, traind::Options().max_watches,
          "Jobs watched at a time, by all clients together; further watches are refused.");
ABSL_FLAG(int64_t, memory_budget_mb, 0,
          "MiB that the jobs at work may need together, by their estimates: others wait, and one that needs more by "
          "itself is refused. 0 takes 80% of what the machine or its cgroup has.");

namespace traind {
namespace {

constexpr int64_t kMaxUploadBytes = int64_t{1} << 50;
constexpr int64_t kMaxMebibytes = int64_t{1} << 32;
constexpr int64_t kLeastMessageBytes = int64_t{2} << 20;  // a chunk of an upload and what comes with it
constexpr int64_t kAnyInt = std::numeric_limits<int>::max();

// A flag, its value, and the least and most that it may be.
struct WholeFlag {
  const char* flag;
  int64_t value;
  int64_t least;
  int64_t most;
};

constexpr char kUsage[] =
    "trains neural networks for any gRPC client.\n\n"
    "  traind                                              serve on 127.0.0.1:50051, data in ./traind-data\n"
    "  traind --data_dir=/var/lib/traind --cores=2\n"
    "  traind --grpc_address=127.0.0.1:0                   on a free port, printed when ready\n\n"
    "When it serves, it prints a line `traind ready grpc=HOST:PORT metrics=HOST:PORT`.\n"
    "SIGTERM or Ctrl-C stops it cleanly; jobs at work go on at the next start.";

void CheckAddress(std::vector<FieldViolation>& violations, const char* flag, const std::string& address) {
  size_t colon = address.rfind(':');
  int port = -1;
  if (colon == std::string::npos || colon == 0 || !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 ||
      port > 65535) {
    violations.push_back({flag, absl::StrCat("'", address, "'; must be HOST:PORT with a port of 0 to 65535")});
  }
}

void CheckTlsFlags(std::vector<FieldViolation>& violations, const Options& options) {
  if (options.tls_certificate.empty() != options.tls_private_key.empty()) {
    violations.push_back({options.tls_certificate.empty() ? "--tls_certificate" : "--tls_private_key",
                          "is not given; certificate and private key are of use together only"});
  }
  if (options.tls_certificate.empty() && !options.tls_client_ca.empty()) {
    violations.push_back({"--tls_client_ca", "needs TLS; give --tls_certificate and --tls_private_key too"});
  }
  if (!options.tls_certificate.empty() && options.insecure) {
    violations.push_back({"--insecure", "contradicts --tls_certificate; give one of them"});
  }
}

void ReadLogFlags(std::vector<FieldViolation>& violations, Options& options) {
  const std::string format = absl::GetFlag(FLAGS_log_format);
  const std::string level = absl::GetFlag(FLAGS_log_level);
  const std::optional<LogFormat> known_format = LogFormatOf(format);
  const std::optional<LogLevel> known_level = LogLevelOf(level);
  if (!known_format) violations.push_back({"--log_format", absl::StrCat("'", format, "'; must be text or json")});
  if (!known_level) {
    violations.push_back({"--log_level", absl::StrCat("'", level, "'; must be debug, info, warn or error")});
  }
  options.log_format = known_format.value_or(LogFormat::kText);
  options.log_level = known_level.value_or(LogLevel::kInfo);
}

}  // namespace

absl::StatusOr<Options> OptionsFromCommandLine(int argc, char** argv) {
  absl::SetProgramUsageMessage(kUsage);
  absl::FlagsUsageConfig config;
  auto is_ours = [](absl::string_view file) { return absl::StrContains(file, "server/options.cc"); };
  config.contains_help_flags = is_ours;
  config.contains_helpshort_flags = is_ours;
  config.version_string = [] { return absl::StrCat("traind ", TRAIND_VERSION, "\n"); };
  absl::SetFlagsUsageConfig(config);
  std::vector<char*> rest = absl::ParseCommandLine(argc, argv);

  Options options{.grpc_address = absl::GetFlag(FLAGS_grpc_address),
                  .metrics_address = absl::GetFlag(FLAGS_metrics_address),
                  .tls_certificate = absl::GetFlag(FLAGS_tls_certificate),
                  .tls_private_key = absl::GetFlag(FLAGS_tls_private_key),
                  .tls_client_ca = absl::GetFlag(FLAGS_tls_client_ca),
                  .insecure = absl::GetFlag(FLAGS_insecure),
                  .tokens_file = absl::GetFlag(FLAGS_tokens_file),
                  .audit_log = absl::GetFlag(FLAGS_audit_log),
                  .reflection = absl::GetFlag(FLAGS_reflection),
                  .log_format = LogFormat::kText,
                  .log_level = LogLevel::kInfo,
                  .data_dir = absl::GetFlag(FLAGS_data_dir),
                  .cores = absl::GetFlag(FLAGS_cores),
                  .max_queued_jobs = absl::GetFlag(FLAGS_max_queued_jobs),
                  .max_attempts = absl::GetFlag(FLAGS_max_attempts),
                  .max_connections = absl::GetFlag(FLAGS_max_connections),
                  .max_streams = absl::GetFlag(FLAGS_max_streams),
                  .max_message_bytes = absl::GetFlag(FLAGS_max_message_bytes),
                  .max_layers = absl::GetFlag(FLAGS_max_layers),
                  .max_parameters = absl::GetFlag(FLAGS_max_parameters),
                  .max_epochs = absl::GetFlag(FLAGS_max_epochs),
                  .max_tenant_calls_per_second = absl::GetFlag(FLAGS_max_tenant_calls_per_second),
                  .max_tenant_queued_jobs = absl::GetFlag(FLAGS_max_tenant_queued_jobs),
                  .max_tenant_bytes = absl::GetFlag(FLAGS_max_tenant_bytes),
                  .max_uploads = absl::GetFlag(FLAGS_max_uploads),
                  .min_free_disk_bytes = 0,
                  .max_upload_bytes = absl::GetFlag(FLAGS_max_upload_bytes),
                  .upload_ttl = absl::GetFlag(FLAGS_upload_ttl),
                  .upload_patience = absl::GetFlag(FLAGS_upload_patience),
                  .max_watches = absl::GetFlag(FLAGS_max_watches),
                  .max_upload_streams = absl::GetFlag(FLAGS_max_upload_streams),
                  .memory_budget_bytes = 0};
  const int64_t budget_mb = absl::GetFlag(FLAGS_memory_budget_mb);
  const int64_t min_free_disk_mb = absl::GetFlag(FLAGS_min_free_disk_mb);
  std::vector<FieldViolation> violations;
  if (rest.size() > 1) violations.push_back({rest[1], "is no flag; see traind --help"});
  CheckAddress(violations, "--grpc_address", options.grpc_address);
  CheckAddress(violations, "--metrics_address", options.metrics_address);
  CheckTlsFlags(violations, options);
  ReadLogFlags(violations, options);
  if (options.data_dir.empty()) violations.push_back({"--data_dir", "is empty; must name a folder"});
  for (const auto& [flag, value, least, most] : std::initializer_list<WholeFlag>{
           {"--cores", options.cores, 0, 1'024},
           {"--max_queued_jobs", options.max_queued_jobs, 1, kAnyInt},
           {"--max_attempts", options.max_attempts, 1, kAnyInt},
           {"--max_connections", options.max_connections, 1, 1'000'000},
           {"--max_streams", options.max_streams, 1, 1'000'000},
           {"--max_message_bytes", options.max_message_bytes, kLeastMessageBytes, kAnyInt},
           {"--max_layers", options.max_layers, 1, Options().max_layers},
           {"--max_parameters", options.max_parameters, 1, Options().max_parameters},
           {"--max_epochs", options.max_epochs, 1, Options().max_epochs},
           {"--max_tenant_queued_jobs", options.max_tenant_queued_jobs, 0, kAnyInt},
           {"--max_tenant_bytes", options.max_tenant_bytes, 1, kMaxUploadBytes},
           {"--max_uploads", options.max_uploads, 1, 1'000'000},
           {"--max_upload_bytes", options.max_upload_bytes, 1, kMaxUploadBytes},
           {"--max_watches", options.max_watches, 1, 1'000'000},
           {"--max_upload_streams", options.max_upload_streams, 1, 10'000},
           {"--min_free_disk_mb", min_free_disk_mb, 0, kMaxMebibytes},
           {"--memory_budget_mb", budget_mb, 0, kMaxMebibytes},
       }) {
    if (value >= least && value <= most) continue;
    violations.push_back({flag, absl::StrCat(value, "; must be ", least, " to ", most)});
  }
  // Not so few that the first call waits for ever; written so that NaN is refused, too.
  if (const double rate = options.max_tenant_calls_per_second; rate != 0 && !(rate >= 0.001 && rate <= 1e6)) {
    violations.push_back(
        {"--max_tenant_calls_per_second", absl::StrCat(rate, "; must be 0.001 to 1000000, or 0 for no limit")});
  }
  for (const auto& [flag, duration] :
       {std::pair("--upload_ttl", options.upload_ttl), std::pair("--upload_patience", options.upload_patience)}) {
    if (duration >= absl::Seconds(1) && duration <= absl::Hours(24 * 365)) continue;
    violations.push_back({flag, absl::StrCat(absl::FormatDuration(duration), "; must be 1s to 8760h")});
  }
  if (!violations.empty()) return InvalidFields(violations);
  options.memory_budget_bytes = budget_mb << 20;
  options.min_free_disk_bytes = min_free_disk_mb << 20;
  return options;
}

}  // namespace traind
