// A oneDNN primitive, ready to run.
#ifndef TRAIND_ENGINE_OPS_OP_H_
#define TRAIND_ENGINE_OPS_OP_H_

#include <memory>
#include <string>

#include "absl/status/status.h"

namespace traind::engine {

// What the ops of one program share: a oneDNN stream, and one scratchpad as large as the op that needs most, since they
// run one after another. Ops keep it alive. Used by one thread at a time.
class OpContext {
 public:
  struct Impl;

  OpContext();
  const std::shared_ptr<Impl>& impl() const { return impl_; }

 private:
  std::shared_ptr<Impl> impl_;
};

// One primitive with all its buffers bound. The buffers belong to the caller and must outlive it. A default-constructed
// one does nothing.
class Op {
 public:
  struct Impl;

  Op();
  explicit Op(std::unique_ptr<Impl> impl);
  Op(Op&&) noexcept;
  Op& operator=(Op&&) noexcept;
  ~Op();

  // Computes. Allocates nothing of ours. ResourceExhausted if oneDNN finds no memory, Internal if it fails otherwise.
  absl::Status Run() const;

  // What oneDNN calls the code it chose, such as `brgemm:avx512_core`; a name with `ref` or `simple` is a slow one.
  std::string implementation() const;

 private:
  std::unique_ptr<Impl> impl_;
};

// Whether oneDNN computes with bfloat16 on this processor by instructions made for it, and not by way of float32.
bool CpuHasBfloat16();

// The version of the oneDNN library that runs, such as `2.6.3`.
std::string OnednnLibraryVersion();

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_OPS_OP_H_
