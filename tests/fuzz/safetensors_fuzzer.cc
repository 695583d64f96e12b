// Any bytes as a safetensors file: refused, or read as tensors that can be written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/formats/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace traind::engine;
  const auto tensors = ParseSafetensors({reinterpret_cast<const char*>(data), size});
  if (!tensors.ok()) return 0;
  const std::string bytes = SerializeSafetensors(*tensors);
  const auto again = ParseSafetensors(bytes);
  // Bytes are compared, since a tensor may hold NaN.
  if (!again.ok() || SerializeSafetensors(*again) != bytes) std::abort();
  return 0;
}
