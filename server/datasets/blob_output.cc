#include "server/datasets/blob_output.h"

#include <bit>

namespace traind {
namespace {

static_assert(std::endian::native == std::endian::little, "stored numbers are mapped as they are");
constexpr size_t kPieceBytes = 256 << 10;

}  // namespace

absl::Status BlobOutput::Append(std::string_view bytes) {
  waiting_ += bytes;
  return waiting_.size() < kPieceBytes ? absl::OkStatus() : Flush();
}

absl::StatusOr<std::string> BlobOutput::Finish() {
  if (absl::Status status = Flush(); !status.ok()) return status;
  return hash_.Finish();
}

absl::Status BlobOutput::Flush() {
  hash_.Update(waiting_);
  absl::Status status = writer_->Append(waiting_);
  waiting_.clear();
  return status;
}

}  // namespace traind
