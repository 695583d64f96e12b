#include "server/rpc/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/errors/errors.h"
#include "server/rpc/call_context.h"
#include "server/rpc/call_interceptor.h"
#include "server/rpc/grpc_log.h"
#include "traind/v1/dataset_service.pb.h"
#include "traind/v1/model_service.pb.h"
#include "traind/v1/training_service.pb.h"

namespace traind {
namespace {

constexpr absl::Duration kHandshake = absl::Seconds(20);
// Of requests that have come and not been taken.
constexpr size_t kCallMemory = size_t{512} << 20;
constexpr absl::Duration kKeepalive = absl::Seconds(60);

absl::Status Unprotected(const std::string& address) {
  return InvalidFields(
      {{"--grpc_address",
        absl::StrCat("'", address, "' can be reached from other machines, and there is no TLS; ",
                     "give --tls_certificate and --tls_private_key, or listen on 127.0.0.1, ",
                     "or say --insecure if everybody on this network may read and change everything")}});
}

}  // namespace

GrpcServer::GrpcServer(std::unique_ptr<Connections> connections, std::unique_ptr<grpc::Server> server,
                       ListeningSockets sockets, const std::string& address, const GrpcLimits& limits)
    : connections_(std::move(connections)),
      server_(std::move(server)),
      address_(absl::StrCat(address.substr(0, address.rfind(':')), ":", sockets.port())),
      acceptor_(std::make_unique<Acceptor>(std::move(sockets), limits.connections, [this](int descriptor) {
        Connections::NewConnectionParameters connection;
        connection.fd = descriptor;
        connections_->HandleNewConnection(&connection);
      })) {}

GrpcServer::~GrpcServer() { Shutdown(absl::Now()); }

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(const std::string& address, const GrpcAccess& access,
                                                              const GrpcLimits& limits,
                                                              const std::vector<grpc::Service*>& services,
                                                              Metrics& metrics) {
  absl::StatusOr<ListeningSockets> sockets = ListeningSockets::Open(address);
  if (!sockets.ok()) return sockets.status();
  if (access.tls == nullptr && !access.insecure && !sockets->loopback_only()) {
    return Unprotected(address);
  }
  if (!access.control.gate().asks_for_tokens() && !sockets->loopback_only()) {
    spdlog::warn("everybody who can connect to {} may do everything: --tokens_file is not given", address);
  }
  TakeGrpcLog();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.streams);
  builder.SetMaxReceiveMessageSize(static_cast<int>(limits.message_bytes));
  // Who connects and says nothing, or is gone without a word, leaves its place to others.
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                             static_cast<int>(kHandshake / absl::Milliseconds(1)));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, static_cast<int>(kKeepalive / absl::Milliseconds(1)));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, static_cast<int>(kHandshake / absl::Milliseconds(1)));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // Past it gRPC ends calls and connections, the idle ones first, rather than the system the process.
  grpc::ResourceQuota quota("calls");
  quota.Resize(kCallMemory);
  builder.SetResourceQuota(quota);
  // gRPC bounds a message before it is inflated, not after: 4 MiB could become gigabytes.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  using ConnectionType = grpc::ServerBuilder::experimental_type::ExternalConnectionType;
  std::unique_ptr<Connections> connections = builder.experimental().AddExternalConnectionAcceptor(
      ConnectionType::FROM_FD, access.tls == nullptr ? grpc::InsecureServerCredentials() : access.tls->Credentials());
  for (grpc::Service* service : services) builder.RegisterService(service);
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(std::make_unique<CallInterceptorFactory>(access.control, metrics));
  builder.SetContextAllocator(std::make_unique<CallContextAllocator>());
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return absl::InternalError("gRPC does not start; see its messages above");
  return std::unique_ptr<GrpcServer>(
      new GrpcServer(std::move(connections), std::move(server), *std::move(sockets), address, limits));
}

void GrpcServer::StopBeingHealthy() { server_->GetHealthCheckService()->SetServingStatus(false); }

void GrpcServer::Shutdown(absl::Time deadline) {
  acceptor_ = nullptr;
  server_->Shutdown(absl::ToChronoTime(deadline));
}

std::vector<std::string> MethodNames() {
  std::vector<std::string> names;
  for (const google::protobuf::FileDescriptor* file :
       {v1::GetDatasetRequest::descriptor()->file(), v1::GetTrainingJobRequest::descriptor()->file(),
        v1::GetModelRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      const google::protobuf::ServiceDescriptor* service = file->service(s);
      for (int m = 0; m < service->method_count(); ++m) {
        names.push_back(absl::StrCat("/", service->full_name(), "/", service->method(m)->name()));
      }
    }
  }
  return names;
}

}  // namespace traind
