#include "server/inference/model_cache.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/threads.h"
#include "engine/formats/safetensors.h"
#include "server/datasets/stored_dataset.h"

namespace traind {

LoadedModel::LoadedModel(std::unique_ptr<engine::Predictor> predictor, const engine::LossSpec& loss)
    : outputs_(predictor->outputs()),
      loss_(loss),
      takes_missing_(predictor->takes_missing()),
      predictor_(std::move(predictor)) {}

absl::StatusOr<std::vector<float>> LoadedModel::Predict(std::span<const float> rows, int64_t features) {
  // One thread: a request's arithmetic is small, and the cores belong to the training jobs.
  engine::ScopedThreads one_thread(1);
  absl::MutexLock lock(&mutex_);
  std::vector<float> answers(rows.size() / features * outputs_);
  if (absl::Status status = predictor_->Predict(rows, answers); !status.ok()) return status;
  return answers;
}

ModelCache::ModelCache(BlobStore& blobs, SpecReader read_spec, int64_t capacity)
    : blobs_(blobs), read_spec_(std::move(read_spec)), capacity_(capacity) {}

absl::StatusOr<std::shared_ptr<LoadedModel>> ModelCache::Get(const ModelRecord& record) {
  {
    absl::MutexLock lock(&mutex_);
    if (auto found = index_.find(record.number); found != index_.end()) {
      ++counts_.hits;
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->model;
    }
    ++counts_.misses;
  }
  // Two callers may load the same model at once; the second result replaces nothing and both are good.
  absl::StatusOr<std::shared_ptr<LoadedModel>> model = Load(record);
  if (!model.ok()) return model;
  absl::MutexLock lock(&mutex_);
  if (index_.contains(record.number)) return model;
  entries_.push_front({record.number, record.weights.size, *model});
  index_[record.number] = entries_.begin();
  bytes_ += record.weights.size;
  while (bytes_ > capacity_ && entries_.size() > 1) {
    Drop(std::prev(entries_.end()));
    ++counts_.evictions;
  }
  return model;
}

void ModelCache::Forget(const ModelRecord& record) {
  absl::MutexLock lock(&mutex_);
  if (auto found = index_.find(record.number); found != index_.end()) Drop(found->second);
}

ModelCacheCounts ModelCache::counts() const {
  absl::MutexLock lock(&mutex_);
  ModelCacheCounts counts = counts_;
  counts.models = static_cast<int64_t>(entries_.size());
  counts.bytes = bytes_;
  return counts;
}

void ModelCache::Drop(std::list<Entry>::iterator entry) {
  bytes_ -= entry->bytes;
  index_.erase(entry->number);
  entries_.erase(entry);
}

absl::StatusOr<std::shared_ptr<LoadedModel>> ModelCache::Load(const ModelRecord& record) {
  absl::StatusOr<std::unique_ptr<MappedFile>> file = blobs_.Map(record.weights);
  if (absl::IsNotFound(file.status())) {
    return absl::DataLossError(absl::StrCat("the weights of models/", record.id, " are no longer stored"));
  }
  if (!file.ok()) return file.status();
  absl::StatusOr<std::vector<engine::NamedTensor>> weights = engine::ParseSafetensors((*file)->bytes());
  if (!weights.ok()) return absl::DataLossError(weights.status().message());
  absl::StatusOr<engine::TrainingSpec> spec = read_spec_(record.spec_json);
  if (!spec.ok()) return spec.status();
  const engine::DatasetShape shape = {.features = static_cast<int64_t>(record.feature_names.size()),
                                      .targets = static_cast<int64_t>(record.target_names.size()),
                                      .columns = ColumnShapes(record.columns, record.feature_names)};
  absl::StatusOr<std::unique_ptr<engine::Predictor>> predictor =
      engine::Predictor::Create(*spec, shape, *std::move(weights));
  if (!predictor.ok()) return predictor.status();
  return std::make_shared<LoadedModel>(*std::move(predictor), spec->loss);
}

}  // namespace traind
