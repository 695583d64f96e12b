#include "engine/training/pass.h"

#include <algorithm>
#include <utility>

namespace traind::engine {

Batches::Batches(int64_t all, int64_t batch_size, bool leave_out_single)
    : size(std::min(all, batch_size)), full(all == 0 ? 0 : all / size), last(all == 0 ? 0 : all % size) {
  if (leave_out_single && last == 1) last = 0;
}

absl::Status Pass::Compile(const Program::Parts& parts, const Batches& batches, Program::Mode mode) {
  for (const auto& [rows, program] : {std::pair(batches.size, &full_), std::pair(batches.last, &last_)}) {
    if (rows == 0) continue;
    auto compiled = Program::Compile(parts, rows, mode);
    if (!compiled.ok()) return compiled.status();
    *program = *std::move(compiled);
  }
  return absl::OkStatus();
}

}  // namespace traind::engine
