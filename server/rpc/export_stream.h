// One stream of ExportModel.
#ifndef TRAIND_SERVER_RPC_EXPORT_STREAM_H_
#define TRAIND_SERVER_RPC_EXPORT_STREAM_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/rpc/executor.h"
#include "traind/v1/model_service.pb.h"

namespace traind {

// A file to be sent.
struct ExportedFile {
  std::string_view bytes;
  std::string sha256;                 // of `bytes`
  std::shared_ptr<const void> owner;  // of `bytes`
};

// Sends a file piece by piece, one write in flight, as fast as its client reads. Deletes itself when the call is over.
class ExportStream final : public grpc::ServerWriteReactor<v1::ExportModelResponse> {
 public:
  // `make` is called once on `executor`, as is all that may wait for the disk; `executor` must outlive the call.
  ExportStream(Executor& executor, std::function<absl::StatusOr<ExportedFile>()> make);

  void OnCancel() override { cancelled_ = true; }
  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  void Begin(const std::function<absl::StatusOr<ExportedFile>()>& make);
  void WriteNext();

  Executor& executor_;
  std::atomic<bool> cancelled_ = false;
  ExportedFile file_;
  size_t sent_ = 0;
  v1::ExportModelResponse piece_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_RPC_EXPORT_STREAM_H_
