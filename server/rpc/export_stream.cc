#include "server/rpc/export_stream.h"

#include <algorithm>
#include <utility>

#include "server/convert/status.h"
#include "server/rpc/answer.h"

namespace traind {
namespace {

constexpr size_t kPieceBytes = size_t{1} << 20;

}  // namespace

ExportStream::ExportStream(Executor& executor, std::function<absl::StatusOr<ExportedFile>()> make)
    : executor_(executor) {
  executor_.Run([this, make = std::move(make)] { Begin(make); });
}

void ExportStream::Begin(const std::function<absl::StatusOr<ExportedFile>()>& make) {
  if (cancelled_) {
    Finish(grpc::Status::CANCELLED);
    return;
  }
  absl::StatusOr<ExportedFile> file = Guarded<ExportedFile>(make);
  if (!file.ok()) {
    Finish(ToGrpcStatus(file.status()));
    return;
  }
  file_ = *std::move(file);
  piece_.set_size_bytes(static_cast<int64_t>(file_.bytes.size()));
  piece_.set_sha256(file_.sha256);
  WriteNext();
}

void ExportStream::WriteNext() {
  const std::string_view piece = file_.bytes.substr(sent_, kPieceBytes);
  piece_.set_data(piece.data(), piece.size());
  sent_ += piece.size();
  StartWrite(&piece_);
}

void ExportStream::OnWriteDone(bool ok) {
  if (!ok) {
    Finish(grpc::Status::CANCELLED);
  } else if (sent_ == file_.bytes.size()) {
    Finish(grpc::Status::OK);
  } else {
    piece_.Clear();
    // The next piece may have to come from the disk.
    executor_.Run([this] { WriteNext(); });
  }
}

}  // namespace traind
