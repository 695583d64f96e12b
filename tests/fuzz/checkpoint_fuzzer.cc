// Any bytes as a checkpoint: refused, or read as sections that are written again as they were.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "engine/core/crc32c.h"
#include "engine/formats/checkpoint.h"

namespace {

// Sees to it that not every input fails at the checksum.
std::string WithChecksum(std::string_view bytes) {
  if (bytes.size() < 4) return std::string(bytes);
  std::string good(bytes.substr(0, bytes.size() - 4));
  const uint32_t crc = traind::engine::Crc32c(good);
  for (int i = 0; i < 4; ++i) good += static_cast<char>(crc >> (8 * i));
  return good;
}

void Try(std::string_view bytes) {
  using namespace traind::engine;
  const auto sections = ParseCheckpoint(bytes);
  if (!sections.ok()) return;
  std::string again;
  const auto append = [&](std::string_view piece) {
    again += piece;
    return absl::OkStatus();
  };
  CheckpointWriter writer(append);
  for (const CheckpointSection& section : *sections) {
    if (!writer.Add(section.name, section.contents).ok()) std::abort();
  }
  if (!writer.Finish().ok() || again != bytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Try(bytes);
  Try(WithChecksum(bytes));
  return 0;
}
