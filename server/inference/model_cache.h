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

namespace traind {

// A model that answers. Thread-safe: calls take turns.
class LoadedModel {
 public:
  explicit LoadedModel(std::unique_ptr<engine::Predictor> predictor);

  // `rows` is [n, features], row-major; the answer is [n, outputs], for a classifier the probability of each class.
  absl::StatusOr<std::vector<float>> Predict(std::span<const float> rows, int64_t features);

 private:
  absl::Mutex mutex_;
  const std::unique_ptr<engine::Predictor> predictor_ ABSL_PT_GUARDED_BY(mutex_);
};

// Keeps the models used last. Thread-safe.
class ModelCache {
 public:
  // Reads the form in which records keep specs.
  using SpecReader = std::function<absl::StatusOr<engine::TrainingSpec>(const std::string& spec_json)>;

  // Keeps at most `capacity` models; `blobs` must outlive the cache.
  ModelCache(BlobStore& blobs, SpecReader read_spec, size_t capacity);

  // DataLoss if the weights are damaged or gone.
  absl::StatusOr<std::shared_ptr<LoadedModel>> Get(const ModelRecord& record);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<LoadedModel> model;
  };

  absl::StatusOr<std::shared_ptr<LoadedModel>> Load(const ModelRecord& record);

  BlobStore& blobs_;
  const SpecReader read_spec_;
  const size_t capacity_;
  absl::Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // the one used last first
  absl::flat_hash_map<std::string, std::list<Entry>::iterator> index_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace traind

#endif  // TRAIND_SERVER_INFERENCE_MODEL_CACHE_H_
