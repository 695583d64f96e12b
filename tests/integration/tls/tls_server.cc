#include "tests/integration/tls/tls_server.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "traind/v1/training_service.grpc.pb.h"

namespace traind {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(10);
constexpr absl::Duration kPause = absl::Milliseconds(100);

template <class Condition>
bool Eventually(const Condition& condition) {
  for (const absl::Time begin = absl::Now(); absl::Now() - begin < kPatience; absl::SleepFor(kPause)) {
    if (condition()) return true;
  }
  return condition();
}

}  // namespace

std::string TlsServer::PathOf(const std::string& name) const { return absl::StrCat(folder_.path(), "/", name); }

// As one who cares writes: whole, and then under its name.
void TlsServer::WriteFile(const std::string& name, const std::string& bytes) const {
  const std::string fresh = PathOf(absl::StrCat(name, ".new"));
  std::ofstream(fresh, std::ios::binary) << bytes;
  std::filesystem::rename(fresh, PathOf(name));
}

void TlsServer::WriteServerFiles(const Identity& identity) {
  WriteFile("tls.crt", identity.certificate);
  WriteFile("tls.key", identity.private_key);
}

void TlsServer::Start(std::vector<std::string> flags) {
  flags.insert(flags.begin(), {absl::StrCat("--tls_certificate=", PathOf("tls.crt")),
                               absl::StrCat("--tls_private_key=", PathOf("tls.key"))});
  traind_.emplace(PathOf("data"), flags, TraindProcess::Start::kMust, PathOf("log"));
}

std::shared_ptr<grpc::Channel> TlsServer::Connect(const TlsClient& client) const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetSslTargetNameOverride(client.server_name);
  return grpc::CreateCustomChannel(traind_->grpc_address(),
                                   grpc::SslCredentials({.pem_root_certs = client.ca,
                                                         .pem_private_key = client.own.private_key,
                                                         .pem_cert_chain = client.own.certificate}),
                                   arguments);
}

grpc::Status TlsServer::Ask(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
  v1::ListTrainingJobsResponse response;
  return v1::TrainingService::NewStub(channel)->ListTrainingJobs(&context, v1::ListTrainingJobsRequest(), &response);
}

bool TlsServer::ComesTo(bool in, const TlsClient& client) const {
  return Eventually([&] { return AskAs(client).ok() == in; });
}

double TlsServer::Metric(const std::string& name) const {
  const std::string page = traind_->HttpGet("/metrics");
  for (absl::string_view line : absl::StrSplit(page, '\n')) {
    double value = 0;
    if (absl::ConsumePrefix(&line, absl::StrCat(name, " ")) && absl::SimpleAtod(line, &value)) return value;
  }
  ADD_FAILURE() << "no " << name;
  return -1;
}

bool TlsServer::Logs(const std::string& text) const {
  return Eventually([&] {
    std::stringstream log;
    log << std::ifstream(PathOf("log")).rdbuf();
    return absl::StrContains(log.str(), text);
  });
}

}  // namespace traind
