// Models ready to answer: weights read and programs compiled once, kept while they are in use.
#ifndef TRAIND_SERVER_INFERENCE_MODEL_CACHE_H_
#define TRAIND_SERVER_INFERENCE_MODEL_CACHE_H_

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "engine/training/predictor.h"
#include "engine/training/spec.h"
#include "server/storage/blob_store.h"
#include "server/storage/records.h"
#include "server/telemetry/metrics.h"

namespace traind {

// A model that answers. Thread-safe: calls take turns.
class LoadedModel {
 public:
  LoadedModel(std::unique_ptr<engine::Predictor> predictor, const engine::LossSpec& loss);

  int64_t outputs() const { return outputs_; }
  // What it was trained with; it says what the outputs mean.
  const engine::LossSpec& loss() const { return loss_; }
  // Whether rows may miss values, as NaN.
  bool takes_missing() const { return takes_missing_; }

  // `rows` is [n, features], row-major; the answer is [n, outputs], for a classifier the probability of each class.
  // InvalidArgument if a row is none that the model can take, such as an embedding's category that it does not have.
  absl::StatusOr<std::vector<float>> Predict(std::span<const float> rows, int64_t features);

 private:
  const int64_t outputs_;
  const engine::LossSpec loss_;
  const bool takes_missing_;
  absl::Mutex mutex_;
  const std::unique_ptr<engine::Predictor> predictor_ ABSL_PT_GUARDED_BY(mutex_);
};

// Keeps the models used last. Thread-safe.
class ModelCache {
 public:
  // Reads the form in which records keep specs.
  using SpecReader = std::function<absl::StatusOr<engine::TrainingSpec>(const std::string& spec_json)>;

  // Keeps models with at most `capacity` bytes of weights in all, but the one used last in any case; `blobs` must
  // outlive the cache.
  ModelCache(BlobStore& blobs, SpecReader read_spec, int64_t capacity);

  // DataLoss if the weights are damaged or gone.
  absl::StatusOr<std::shared_ptr<LoadedModel>> Get(const ModelRecord& record);
  // Lets go of a model that was deleted; calls at work finish.
  void Forget(const ModelRecord& record);

  // For Prometheus: since the start, and now.
  ModelCacheCounts counts() const;

 private:
  struct Entry {
    int64_t number;  // of the record; an id may be used again after a delete, its number never is
    int64_t bytes;
    std::shared_ptr<LoadedModel> model;
  };

  void Drop(std::list<Entry>::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::shared_ptr<LoadedModel>> Load(const ModelRecord& record);

  BlobStore& blobs_;
  const SpecReader read_spec_;
  const int64_t capacity_;
  mutable absl::Mutex mutex_;
  ModelCacheCounts counts_ ABSL_GUARDED_BY(mutex_);   // without those of now
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // the one used last first
  absl::flat_hash_map<int64_t, std::list<Entry>::iterator> index_ ABSL_GUARDED_BY(mutex_);
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace traind

#endif  // TRAIND_SERVER_INFERENCE_MODEL_CACHE_H_
