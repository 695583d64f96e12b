#include "client/cpp/token.h"

#include <openssl/rand.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cpp/sha256.h"

namespace traind::client {
namespace {

namespace experimental = grpc::experimental;
using experimental::InterceptionHookPoints;

constexpr size_t kTokenBytes = 32;
constexpr size_t kMostInFile = 4096;

class Sender : public experimental::Interceptor {
 public:
  explicit Sender(const std::string& token) : token_(token) {}

  void Intercept(experimental::InterceptorBatchMethods* batch) override {
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      batch->GetSendInitialMetadata()->insert({"authorization", absl::StrCat("Bearer ", token_)});
    }
    batch->Proceed();
  }

 private:
  const std::string& token_;
};

class Refuser : public experimental::Interceptor {
 public:
  explicit Refuser(const absl::Status& status) : status_(status) {}

  void Intercept(experimental::InterceptorBatchMethods* batch) override {
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_RECV_MESSAGE)) batch->FailHijackedRecvMessage();
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_RECV_STATUS)) {
      *batch->GetRecvStatus() =
          grpc::Status(static_cast<grpc::StatusCode>(status_.code()), std::string(status_.message()));
    }
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      batch->Hijack();
    } else {
      batch->Proceed();
    }
  }

 private:
  const absl::Status& status_;
};

}  // namespace

std::string NewToken() {
  std::string bytes(kTokenBytes, '\0');
  // OpenSSL ends the process rather than give fewer random bits than were asked for; 1 is success.
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) != 1) return "";
  return absl::StrCat("traind_", absl::WebSafeBase64Escape(bytes));
}

std::string TokenHash(const std::string& token) {
  Sha256 hash;
  hash.Add(token);
  return hash.Hex();
}

absl::Status CheckToken(const std::string& token) {
  const bool sendable =
      !token.empty() && std::all_of(token.begin(), token.end(), [](unsigned char c) { return absl::ascii_isgraph(c); });
  if (sendable) return absl::OkStatus();
  return absl::InvalidArgumentError(token.empty() ? "there is no token in it; must be one that the server knows"
                                                  : "it holds no token; must be printable ASCII without blanks");
}

absl::StatusOr<std::string> ReadTokenFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be read; must be a file with a token"));
  std::string text(kMostInFile + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (file.bad() || text.size() > kMostInFile) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be read, or is too large for a token"));
  }
  std::string token(absl::StripAsciiWhitespace(text));
  if (absl::Status sendable = CheckToken(token); !sendable.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", sendable.message()));
  }
  return token;
}

bool IsOnThisMachine(const std::string& address) {
  if (absl::StartsWith(address, "unix:") || absl::StartsWith(address, "unix-abstract:")) return true;
  std::string host = address;
  for (const char* scheme : {"dns:///", "dns:", "ipv4:", "ipv6:"}) {
    if (absl::StartsWith(host, scheme)) {
      host = host.substr(std::string(scheme).size());
      break;
    }
  }
  host = host.substr(0, host.rfind(':'));
  if (host == "localhost" || host == "[::1]" || host == "::1") return true;
  // Four numbers: a name may begin as an address of this machine does, and `127.1` is one, too.
  return absl::StartsWith(host, "127.") && std::count(host.begin(), host.end(), '.') == 3 && host.back() != '.' &&
         std::all_of(host.begin(), host.end(), [](unsigned char c) { return absl::ascii_isdigit(c) || c == '.'; });
}

experimental::Interceptor* TokenSender::CreateClientInterceptor(experimental::ClientRpcInfo*) {
  return new Sender(token_);
}

experimental::Interceptor* CallRefuser::CreateClientInterceptor(experimental::ClientRpcInfo*) {
  return new Refuser(status_);
}

}  // namespace traind::client
