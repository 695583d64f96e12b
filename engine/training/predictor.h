// A trained network at work: rows in, probabilities out.
#ifndef TRAIND_ENGINE_TRAINING_PREDICTOR_H_
#define TRAIND_ENGINE_TRAINING_PREDICTOR_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/formats/named_tensor.h"
#include "engine/training/spec.h"

namespace traind::engine {

// A network compiled for inference: batch normalization uses its moving statistics. Thread-compatible: one call at a
// time.
class Predictor {
 public:
  // Compiles `model` for rows of `features` numbers with the given weights; InvalidArgument if they do not fit.
  static absl::StatusOr<std::unique_ptr<Predictor>> Create(const ModelSpec& model, int64_t features,
                                                           const std::vector<NamedTensor>& weights);
  // The network that `spec` trained on rows of `shape` (of which only features, targets and columns matter), with what
  // Trainer::WriteWeights wrote: preprocessing comes before the model, and targets come out in their own units.
  static absl::StatusOr<std::unique_ptr<Predictor>> Create(const TrainingSpec& spec, const DatasetShape& shape,
                                                           std::vector<NamedTensor> weights);
  virtual ~Predictor() = default;

  // Width of the answer for a row.
  virtual int64_t outputs() const = 0;

  // Whether a row may miss values, as NaN.
  virtual bool takes_missing() const = 0;

  // `rows` is [n, features], `answers` [n, outputs()], row-major, any n: what the last layer gives, for a classifier
  // the probability of each class.
  virtual absl::Status Predict(std::span<const float> rows, std::span<float> answers) = 0;
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_TRAINING_PREDICTOR_H_
