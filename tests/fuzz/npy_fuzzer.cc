// Any bytes as .npy files: each refused, or sent as tensors that are as long as traind expects of what is said of them.
//
// The first byte says what they are (bit 0: of a regression, bit 1: with weights); two bytes each are the lengths of
// the first files, little-endian. The files follow, the last of which takes the rest.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "client/cli/npy_header.h"
#include "client/cli/npy_table.h"
#include "server/convert/dataset.h"
#include "server/datasets/tensor_layout.h"

namespace traind {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

// A file in memory, under a name while this lives.
class File {
 public:
  explicit File(std::string_view bytes) : descriptor_(memfd_create("npy", MFD_CLOEXEC)) {
    Check(write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  ~File() { close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  const int descriptor_;
};

void TryHeader(std::string_view file) {
  const auto header = client::ParseNpyHeader({file.data(), file.size()});
  if (!header.ok()) return Check(absl::IsInvalidArgument(header.status()));
  int64_t bytes = client::SizeOf(header->type);
  for (const int64_t size : header->shape) Check(size >= 0 && !__builtin_mul_overflow(bytes, size, &bytes));
  Check(bytes == header->data_bytes);
  Check(header->data_offset > 0 && header->data_offset <= static_cast<int64_t>(file.size()));
}

// All that is sent, in pieces of an odd size.
std::string BytesOf(const client::NpyTable& table) {
  std::string bytes;
  std::string piece(7, '\0');
  while (true) {
    const auto count = table.Read(static_cast<int64_t>(bytes.size()), absl::MakeSpan(piece));
    Check(count.ok() && *count <= piece.size());
    if (*count == 0) return bytes;
    bytes.append(piece, 0, *count);
  }
}

void TryTable(const std::vector<std::string_view>& contents, v1::Dataset::Task task) {
  const File features(contents[0]), labels(contents[1]), weights(contents[2]);
  const auto table = client::NpyTable::Open({.features = features.path(),
                                             .labels = labels.path(),
                                             .weights = contents[2].empty() ? std::string() : weights.path()},
                                            task);
  if (!table.ok()) return Check(absl::IsInvalidArgument(table.status()));
  Check(static_cast<int64_t>(BytesOf(*table).size()) == table->size());
  // What the format itself has wrong, such as no rows, the server says.
  std::vector<FieldViolation> faults;
  const DatasetFormat format = FromProto(table->format(), faults);
  if (!faults.empty()) return;
  Check(LayoutOf(std::get<TensorFormat>(format.encoding), format.task).size == table->size());
}

}  // namespace
}  // namespace traind

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 5) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 5, size - 5);
  const auto take = [&rest](size_t length) {
    const std::string_view file = rest.substr(0, length);
    rest.remove_prefix(file.size());
    return file;
  };
  std::vector<std::string_view> files;
  files.push_back(take(data[1] | data[2] << 8));
  files.push_back((data[0] & 2) != 0 ? take(data[3] | data[4] << 8) : take(rest.size()));
  files.push_back(rest);
  for (const std::string_view file : files) traind::TryHeader(file);
  traind::TryTable(files, (data[0] & 1) != 0 ? traind::v1::Dataset::REGRESSION : traind::v1::Dataset::CLASSIFICATION);
  return 0;
}
