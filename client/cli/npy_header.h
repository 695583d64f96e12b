// The header of a .npy file (NumPy's format, versions 1 to 3): what numbers follow, and in what shape.
#ifndef TRAIND_CLIENT_CLI_NPY_HEADER_H_
#define TRAIND_CLIENT_CLI_NPY_HEADER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "traind/v1/dataset.pb.h"

namespace traind::client {

// Bytes of a number.
int64_t SizeOf(v1::Dataset::ElementType type);

struct NpyHeader {
  v1::Dataset::ElementType type = v1::Dataset::ELEMENT_TYPE_UNSPECIFIED;
  std::vector<int64_t> shape;  // row-major
  int64_t data_offset = 0;     // where the numbers begin
  int64_t data_bytes = 0;      // how many bytes they come to
};

// `file` is a whole .npy file, or at least its header. INVALID_ARGUMENT says, as the rest of a sentence that begins
// with the file's name, what is wrong and how to save it otherwise: no .npy file, a version that is not known, numbers
// of another type than float32, float64, int32, int64 and uint8, another byte order than little-endian, Fortran order.
absl::StatusOr<NpyHeader> ParseNpyHeader(absl::string_view file);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_NPY_HEADER_H_
