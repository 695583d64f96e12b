#include "client/cli/errors.h"

#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/table.h"
#include "client/cpp/status.h"

namespace traind::client {
namespace {

// gRPC says of a handshake that failed only what OpenSSL or the other side said.
std::string TlsNextStep(const Session& session, const absl::Status& status) {
  const auto says = [&](const char* text) { return absl::StrContains(status.message(), text); };
  if (says("certificate verify failed")) {
    const std::string& ca = session.tls_files.ca;
    return absl::StrCat("The server's certificate is not signed by ", ca.empty() ? "whom this system trusts" : ca,
                        ", or has expired. Which, says: openssl s_client -connect ", session.server,
                        ca.empty() ? "" : " -CAfile ", ca, "\n--tls-ca names another authority.");
  }
  if (says("is not in peer certificate")) {
    return "The server's certificate is for other names: call it by one of them, or say which with --tls-server-name.";
  }
  if (says("wrong version number"))
    return "The server does not speak TLS: leave the --tls options and TRAIND_TLS away.";
  // With TLS 1.3 a server refuses a client's certificate, or that there is none, once the client thinks that all is
  // well.
  if (!says("Socket closed")) return "";
  if (!session.use_tls) return "Does the server speak TLS? Then give --tls-ca FILE, or --tls if the system trusts it.";
  if (session.tls_files.certificate.empty()) {
    return "Does the server ask for a certificate? Then give yours with --tls-certificate and --tls-private-key.";
  }
  return absl::StrCat("Does the server take your certificate? Its --tls_client_ca must have signed ",
                      session.tls_files.certificate, ".");
}

std::string NextStep(const Session& session, std::string_view collection, const absl::Status& status) {
  std::string group(collection);
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      if (std::string step = TlsNextStep(session, status); !step.empty()) return step;
      return absl::StrCat("Is traind running at ", session.server,
                          "? Start it with: traind --grpc_address=", session.server,
                          " --data_dir=DIR\nor name another server with --server or TRAIND_SERVER.");
    case absl::StatusCode::kDeadlineExceeded:
      return "The server may still be at it; --timeout SECONDS waits longer.";
    case absl::StatusCode::kNotFound:
      return group.empty() ? "" : absl::StrCat("What there is: trainctl ", group, " list");
    case absl::StatusCode::kAlreadyExists:
      // What another tenant has cannot be deleted.
      return group.empty() || absl::StrContains(status.message(), " is taken")
                 ? ""
                 : absl::StrCat("Choose another name, or delete the old one first: trainctl ", group, " delete NAME");
    case absl::StatusCode::kUnauthenticated:
      return "Give your token in the environment variable TRAIND_TOKEN or in a file: --token-file FILE.";
    case absl::StatusCode::kFailedPrecondition:
      if (!absl::StartsWith(status.message(), "the token is not sent")) return "";
      return "Speak TLS (--tls, --tls-ca FILE), or send it all the same with --token-in-clear.";
    default:
      return "";
  }
}

}  // namespace

std::string DescribeError(const Session& session, std::string_view action, std::string_view collection,
                          const absl::Status& status) {
  ErrorDetails details = DetailsOf(status);
  std::string text = absl::StrCat("trainctl: cannot ", Printable(action), ": ", Printable(HeadlineOf(status)), " (",
                                  absl::StatusCodeToString(status.code()), ")\n");
  for (const auto& violation : details.field_violations) {
    absl::StrAppend(&text, "  ", Printable(violation.field), ": ", Printable(violation.description), "\n");
  }
  if (details.retry_delay) {
    absl::StrAppend(&text, "Try again in ", absl::FormatDuration(*details.retry_delay), ".\n");
  } else if (std::string step = NextStep(session, collection, status); !step.empty()) {
    absl::StrAppend(&text, step, "\n");
  }
  if (!details.request_id.empty()) absl::StrAppend(&text, "request id: ", Printable(details.request_id), "\n");
  return text;
}

int Fail(const Session& session, std::string_view action, std::string_view collection, const absl::Status& status) {
  std::cout.flush();
  std::cerr << DescribeError(session, action, collection, status);
  return kFailure;
}

}  // namespace traind::client
