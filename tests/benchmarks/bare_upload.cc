#include "tests/benchmarks/bare_upload.h"

#include <grpcpp/grpcpp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"
#include "traind/v1/dataset_service.grpc.pb.h"

namespace traind {
namespace {

constexpr size_t kChunkBytes = 1 << 20;

class Dropping final : public v1::DatasetService::Service {
 public:
  grpc::Status WriteUpload(grpc::ServerContext*, grpc::ServerReader<v1::WriteUploadRequest>* reader,
                           v1::Upload* response) override {
    int64_t size = 0;
    for (v1::WriteUploadRequest message; reader->Read(&message);) {
      size += static_cast<int64_t>(message.data().size());
    }
    response->set_size_bytes(size);
    return grpc::Status::OK;
  }
};

[[noreturn]] void Serve(int address_out, int alive_in) {
  Dropping service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  const std::string address = absl::StrCat("127.0.0.1:", port);
  bool told = write(address_out, address.data(), address.size()) > 0;
  close(address_out);
  char byte;
  while (told && read(alive_in, &byte, 1) > 0) {
  }
  _exit(told ? 0 : 1);
}

}  // namespace

BareUploadServer::BareUploadServer() {
  std::array<int, 2> address;
  std::array<int, 2> alive;
  if (pipe(address.data()) != 0 || pipe(alive.data()) != 0) std::abort();
  pid_ = fork();
  if (pid_ == 0) {
    close(address[0]);
    close(alive[1]);
    Serve(address[1], alive[0]);
  }
  close(address[1]);
  close(alive[0]);
  alive_ = alive[1];
  std::array<char, 64> text;
  for (ssize_t size; (size = read(address[0], text.data(), text.size())) > 0;) address_.append(text.data(), size);
  close(address[0]);
}

BareUploadServer::~BareUploadServer() {
  close(alive_);
  waitpid(pid_, nullptr, 0);
}

void SendBare(const std::string& address, absl::string_view bytes) {
  const auto stub = v1::DatasetService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  v1::Upload answer;
  const auto writer = stub->WriteUpload(&context, &answer);
  v1::WriteUploadRequest message;
  for (size_t offset = 0; offset < bytes.size(); offset += kChunkBytes) {
    const absl::string_view piece = bytes.substr(offset, kChunkBytes);
    message.set_offset(static_cast<int64_t>(offset));
    message.set_data(piece.data(), piece.size());
    if (!writer->Write(message)) break;
  }
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (status.ok() && answer.size_bytes() == static_cast<int64_t>(bytes.size())) return;
  std::fprintf(stderr, "the bare stream failed: %s\n", status.error_message().c_str());
  std::exit(1);
}

}  // namespace traind
