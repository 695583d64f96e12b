// A pass over rows in batches.
#ifndef TRAIND_ENGINE_TRAINING_PASS_H_
#define TRAIND_ENGINE_TRAINING_PASS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "engine/training/program.h"

namespace traind::engine {

// How a pass cuts its rows into batches.
struct Batches {
  // Batch normalization cannot learn from a batch of one row, which has no variance: such a last batch is left out.
  Batches(int64_t all, int64_t batch_size, bool leave_out_single);

  int64_t count() const { return full + (last > 0 ? 1 : 0); }
  int64_t rows() const { return full * size + last; }

  int64_t size;  // rows of a full batch
  int64_t full;  // full batches
  int64_t last;  // rows of the short batch after them, 0 if there is none
};

// A network compiled for the batches of a pass.
class Pass {
 public:
  absl::Status Compile(const Program::Parts& parts, const Batches& batches, Program::Mode mode);

  // The program for a batch of one of the sizes that it was compiled for.
  Program& ForRows(int64_t rows) { return rows == full_.rows() ? full_ : last_; }

 private:
  Program full_;
  Program last_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_PASS_H_
