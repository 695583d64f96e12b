// The safetensors file format (https://github.com/huggingface/safetensors, "Format"), as bytes in memory.
#ifndef TRAIND_ENGINE_FORMATS_SAFETENSORS_H_
#define TRAIND_ENGINE_FORMATS_SAFETENSORS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/formats/named_tensor.h"

namespace traind::engine {

// What a safetensors file begins with; the numbers of the tensors follow it, one tensor after the other, as they lie in
// memory. Of `tensors` only names and shapes count.
std::string SafetensorsHeader(const std::vector<NamedTensor>& tensors);

// The tensors as a safetensors file, F32, in the order given. Equal tensors give equal bytes: no metadata, no time.
std::string SerializeSafetensors(const std::vector<NamedTensor>& tensors);

// Reads what SerializeSafetensors wrote, and any other safetensors file whose tensors are F32. InvalidArgument says
// what is wrong with any other bytes; none of them can crash it or make it take more memory than a few times theirs.
absl::StatusOr<std::vector<NamedTensor>> ParseSafetensors(std::string_view bytes);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_FORMATS_SAFETENSORS_H_
