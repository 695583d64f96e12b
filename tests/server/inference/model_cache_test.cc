#include "server/inference/model_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "engine/formats/safetensors.h"
#include "server/storage/blob_store.h"
#include "server/storage/file_system.h"
#include "tests/server/storage/put_blob.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;

// A network of one layer, 2 features to 2 classes, whose weights tell which model answered.
class Cache : public ::testing::Test {
 protected:
  Cache() {
    std::string name = (std::filesystem::temp_directory_path() / "model-cache-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    blobs_ = *BlobStore::Open(PosixFileSystem(), folder_ + "/blobs");
  }
  ~Cache() override { std::filesystem::remove_all(folder_); }

  ModelRecord StoreModel(int64_t number, float weight) {
    ModelRecord record;
    record.number = number;
    record.id = "m";
    record.feature_names = {"a", "b"};
    record.class_names = {"no", "yes"};
    record.weights = *PutBlob(*blobs_, engine::SerializeSafetensors({{"dense_1.weight", {2, 2}, {weight, 0, 0, weight}},
                                                                     {"dense_1.bias", {2}, {0, 0}}}));
    return record;
  }
  absl::StatusOr<engine::TrainingSpec> ReadSpec() {
    ++loads_;
    engine::TrainingSpec spec;
    spec.model.layers = {{"dense_1", engine::DenseSpec{.units = 2}},
                         {"", engine::ActivationSpec{engine::ActivationFunction::kSoftmax}}};
    return spec;
  }
  ModelCache MakeCache(int64_t capacity) {
    return ModelCache(
        *blobs_, [this](const std::string&) { return ReadSpec(); }, capacity);
  }
  std::vector<float> Ask(ModelCache& cache, const ModelRecord& record) {
    auto model = cache.Get(record);
    if (!model.ok()) return {};
    const std::vector<float> row = {1, 0};
    return *(*model)->Predict(row, 2);
  }

  std::string folder_;
  std::unique_ptr<BlobStore> blobs_;
  int loads_ = 0;
};

TEST_F(Cache, LoadsOnceAndAnswers) {
  ModelCache cache = MakeCache(1 << 20);
  ModelRecord record = StoreModel(1, 1);
  EXPECT_THAT(Ask(cache, record), ElementsAre(FloatNear(0.731059f, 1e-5f), FloatNear(0.268941f, 1e-5f)));
  Ask(cache, record);
  EXPECT_EQ(loads_, 1);
}

TEST_F(Cache, LetsGoOfTheModelUnusedLongest) {
  ModelRecord a = StoreModel(1, 1), b = StoreModel(2, 2), c = StoreModel(3, 3);
  ModelCache cache = MakeCache(2 * a.weights.size);
  Ask(cache, a);
  Ask(cache, b);
  Ask(cache, a);
  Ask(cache, c);  // b goes
  EXPECT_EQ(loads_, 3);
  Ask(cache, a);
  EXPECT_EQ(loads_, 3);
  Ask(cache, b);
  EXPECT_EQ(loads_, 4);
  const ModelCacheCounts counts = cache.counts();
  EXPECT_EQ(counts.hits, 2);
  EXPECT_EQ(counts.misses, 4);
  EXPECT_EQ(counts.evictions, 2);
  EXPECT_EQ(counts.models, 2);
  EXPECT_EQ(counts.bytes, 2 * a.weights.size);
}

TEST_F(Cache, AModelLargerThanTheCacheIsKeptAlone) {
  ModelCache cache = MakeCache(1);
  ModelRecord a = StoreModel(1, 1);
  Ask(cache, a);
  Ask(cache, a);
  EXPECT_EQ(loads_, 1);
}

TEST_F(Cache, AForgottenModelIsLoadedAgain) {
  ModelCache cache = MakeCache(1 << 20);
  ModelRecord a = StoreModel(1, 1);
  Ask(cache, a);
  cache.Forget(a);
  Ask(cache, a);
  EXPECT_EQ(loads_, 2);
}

TEST_F(Cache, AnIdThatIsUsedAgainIsAnotherModel) {
  ModelCache cache = MakeCache(1 << 20);
  const std::vector<float> first = Ask(cache, StoreModel(1, 1));
  EXPECT_NE(Ask(cache, StoreModel(2, 5)), first);
}

TEST_F(Cache, DamagedOrMissingWeightsAreDataLoss) {
  ModelCache cache = MakeCache(1 << 20);
  ModelRecord record = StoreModel(1, 1);
  const std::string path = folder_ + "/blobs/" + record.weights.sha256.substr(0, 2) + "/" + record.weights.sha256;
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(-1, std::ios::end).put('x');
  EXPECT_EQ(cache.Get(record).status().code(), absl::StatusCode::kDataLoss);
  std::filesystem::remove(path);
  EXPECT_EQ(cache.Get(record).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace traind
