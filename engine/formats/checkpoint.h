// The file format of checkpoints, as bytes in memory: named sections under one checksum.
//
//   bytes  what
//   8      `TRAINDCK`
//   4      version, 1
//   then for each section:
//   4      length of its name, 1 to 65,535
//   8      length of its contents
//   ...    name, contents
//   and at the end:
//   4      0
//   4      CRC-32C of everything before it
//
// All numbers are little-endian. What the sections are is said where they are written: training/trainer.h.
#ifndef TRAIND_ENGINE_FORMATS_CHECKPOINT_H_
#define TRAIND_ENGINE_FORMATS_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace traind::engine {

// Writes a checkpoint piece by piece. Small pieces are gathered; large ones are handed on as they are.
class CheckpointWriter {
 public:
  using Sink = absl::FunctionRef<absl::Status(std::string_view)>;

  // What `sink` refers to must outlive the writer.
  explicit CheckpointWriter(Sink sink);

  // The first error of the sink, which every further call returns. InvalidArgument for a name of no legal length.
  absl::Status Add(std::string_view name, std::string_view contents);
  // After the last section.
  absl::Status Finish();

 private:
  void Write(std::string_view bytes);
  void Flush();

  const Sink sink_;
  std::string gathered_;
  uint32_t crc_ = 0;
  absl::Status status_;
};

struct CheckpointSection {
  std::string_view name;
  std::string_view contents;
};

// The sections in the order in which they were added, as views of `bytes`. DataLoss says what is wrong with any other
// bytes; none of them can crash it or make it take more memory than a few times theirs.
absl::StatusOr<std::vector<CheckpointSection>> ParseCheckpoint(std::string_view bytes);

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_FORMATS_CHECKPOINT_H_
