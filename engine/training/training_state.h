// The state of a training as the sections of a checkpoint: one a number or group of numbers, and for an array of
// weights one a weight, `array/dense_1.weight`, row-major as in a safetensors file. They do not depend on how oneDNN
// lays weights out. Their order is that of the visits.
#ifndef TRAIND_ENGINE_TRAINING_TRAINING_STATE_H_
#define TRAIND_ENGINE_TRAINING_TRAINING_STATE_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/core/state_visitor.h"
#include "engine/formats/checkpoint.h"
#include "engine/layers/weights.h"

namespace traind::engine {

// Writes what it visits. The memory of the weights' gradients is where arrays are laid out; they are 0 afterwards.
class StateSaver final : public StateVisitor {
 public:
  // What `sink` refers to, and `weights`, must outlive it.
  StateSaver(CheckpointWriter::Sink sink, Weights& weights) : writer_(sink), weights_(weights) {}

  // Ends the checkpoint. The first error of the sink.
  absl::Status Finish();

  bool ok() const override { return status_.ok(); }

 protected:
  void Bytes(const std::string& path, std::span<std::byte> bytes) override;
  void AnyBytes(const std::string& path, std::string& bytes) override;
  void Array(const std::string& path, std::span<float> array, bool trainable) override;
  void Fail(const std::string& why) override;

 private:
  CheckpointWriter writer_;
  Weights& weights_;
  absl::Status status_;
};

// Puts back what a StateSaver wrote. Sections that are not those visited, in name, order or size, are InvalidArgument;
// what was visited before them has been changed.
class StateRestorer final : public StateVisitor {
 public:
  // The sections' bytes, and `weights`, must outlive it.
  StateRestorer(std::vector<CheckpointSection> sections, Weights& weights)
      : sections_(std::move(sections)), weights_(weights) {}

  // Whether every section was visited, and what went wrong first.
  absl::Status Finish();

  bool ok() const override { return status_.ok(); }

 protected:
  void Bytes(const std::string& path, std::span<std::byte> bytes) override;
  void AnyBytes(const std::string& path, std::string& bytes) override;
  void Array(const std::string& path, std::span<float> array, bool trainable) override;
  void Fail(const std::string& why) override;

 private:
  // The contents of the next section if it has this name.
  std::string_view Next(const std::string& path);

  const std::vector<CheckpointSection> sections_;
  std::size_t next_ = 0;
  Weights& weights_;
  absl::Status status_;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_TRAINING_STATE_H_
