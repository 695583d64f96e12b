// Any bytes as the chunks of an upload: what is kept is what was accepted, piece after piece, and no more than was
// announced, however the streams are cut and whenever the server is killed.
//
// The first byte says what is uploaded (see FormatOf), the next two how many bytes of it, less one. Then come chunks: a
// byte of what is done about each (see Step), two of its length, and a WriteUploadRequest as it is on the wire. Numbers
// are little-endian.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/core/crc32c.h"
#include "engine/data/element_type.h"
#include "server/datasets/dataset_format.h"
#include "tests/fuzz/upload_model.h"
#include "traind/v1/dataset_service.pb.h"

namespace traind {
namespace {

DatasetFormat FormatOf(uint8_t bits, int64_t size) {
  const Task task = (bits & 1) != 0 ? Task::kRegression : Task::kClassification;
  if ((bits & 2) != 0) return {.task = task, .encoding = CsvFormat{.label_column = "y"}};
  constexpr engine::ElementType kTypes[] = {engine::ElementType::kUint8, engine::ElementType::kFloat32};
  TensorFormat tensors = {.features = 1 + (bits >> 2 & 3), .feature_type = kTypes[bits >> 4 & 1]};
  tensors.label_type = task == Task::kClassification ? engine::ElementType::kUint8 : engine::ElementType::kFloat32;
  (task == Task::kClassification ? tensors.classes : tensors.targets) = 2;
  // Mostly a row more or less would be too few or too many bytes.
  const int64_t row = tensors.features * engine::SizeOf(tensors.feature_type) +
                      (task == Task::kClassification ? 1 : 2 * engine::SizeOf(*tensors.label_type));
  tensors.rows = std::max<int64_t>(1, size / row);
  return {.task = task, .encoding = tensors};
}

// What is done about a chunk, in bits.
enum Step : uint8_t {
  kRightOffset = 1,   // it is put where it is expected
  kRightCrc = 2,      // its checksum is made good
  kEndStream = 4,     // the client ends the stream after it
  kKill = 8,          // the server is killed after it
  kWrongCommit = 16,  // a commit with another hash is tried
  kCommit = 32,       // the upload is committed if it is whole
};

void Send(UploadModel& upload, std::string_view bytes, uint8_t step) {
  v1::WriteUploadRequest chunk;
  if (!chunk.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return upload.EndStream();
  if ((step & kRightOffset) != 0) chunk.set_offset(upload.received());
  if ((step & kRightCrc) != 0) chunk.set_crc32c(engine::Crc32c(chunk.data()));
  std::optional<uint32_t> crc32c;
  if (chunk.has_crc32c()) crc32c = chunk.crc32c();
  upload.Append(chunk.offset(), chunk.data(), crc32c);
}

}  // namespace
}  // namespace traind

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace traind;
  if (size < 3) return 0;
  const int64_t announced = 1 + (data[1] | data[2] << 8);
  UploadModel upload(FormatOf(data[0], announced), announced);
  std::string_view rest(reinterpret_cast<const char*>(data) + 3, size - 3);
  // Each takes transactions: more of them would be slow rather than find more.
  for (int chunk = 0; chunk < 16 && rest.size() >= 3 && !upload.is_dataset(); ++chunk) {
    const auto step = static_cast<uint8_t>(rest[0]);
    const size_t length = static_cast<uint8_t>(rest[1]) | static_cast<uint8_t>(rest[2]) << 8;
    rest.remove_prefix(3);
    const std::string_view bytes = rest.substr(0, length);
    rest.remove_prefix(bytes.size());
    Send(upload, bytes, step);
    if ((step & kEndStream) != 0) upload.EndStream();
    if ((step & kKill) != 0) upload.Kill();
    if ((step & kWrongCommit) != 0) upload.CommitOther();
    if ((step & kCommit) != 0) upload.Commit();
  }
  return 0;
}
