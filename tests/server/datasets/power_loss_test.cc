// What an upload was told is committed, and the dataset that it became, are there after the power failed. The database
// is a real one, which syncs by itself; the rest of the disk is in memory.
#include "tests/server/storage/power_loss.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/datasets/stored_dataset.h"
#include "server/datasets/uploads.h"
#include "server/storage/database.h"
#include "server/storage/sha256.h"
#include "tests/server/storage/temp_directory.h"

namespace traind {
namespace {

class UploadPowerLossTest : public testing::Test {
 protected:
  // A server over a disk.
  struct Server {
    std::unique_ptr<BlobStore> blobs;
    std::unique_ptr<DatasetStore> datasets;
    std::unique_ptr<DiskFloor> floor;
    std::unique_ptr<Uploads> uploads;
  };

  std::optional<Server> Start(FileSystem& files) {
    Server server;
    auto blobs = BlobStore::Open(files, "/srv/data/blobs");
    if (!blobs.ok()) return std::nullopt;
    server.blobs = *std::move(blobs);
    server.datasets = DatasetStore::Make(*database_, *server.blobs);
    server.floor = std::make_unique<DiskFloor>(files, "/srv/data", 0);
    auto uploads = Uploads::Open({.uploads = *rows_,
                                  .datasets = *server.datasets,
                                  .blobs = *server.blobs,
                                  .files = files,
                                  .floor = *server.floor,
                                  .decode_format = [this](const std::string&) { return format_; }},
                                 {}, "/srv/data/uploads");
    if (!uploads.ok()) return std::nullopt;
    server.uploads = *std::move(uploads);
    return server;
  }

  // From `offset` on, in a stream of its own.
  static absl::Status Send(Server& server, const std::string& id, std::string_view bytes, int64_t offset) {
    auto lease = server.uploads->Lease(id);
    if (!lease.ok()) return lease.status();
    if (bytes.empty()) return absl::OkStatus();
    if (absl::Status status = (*lease)->Append(offset, bytes, std::nullopt); !status.ok()) return status;
    return (*lease)->Sync();
  }

  void Try(const std::string& bytes) {
    std::string id;          // of the upload; empty: it was not announced
    int64_t committed = 0;   // as the client was told
    bool published = false;  // likewise
    int runs = 0;
    AtEveryPowerLoss(
        [&](PowerLossFileSystem& files) {
          id.clear();
          committed = 0;
          published = false;
          std::optional<Server> server = Start(files);
          if (!server) return;
          UploadRecord plan;
          plan.dataset_id = absl::StrCat("d", ++runs);
          plan.size = static_cast<int64_t>(bytes.size());
          const absl::StatusOr<UploadRecord> upload = server->uploads->Create(plan);
          if (!upload.ok()) return;
          id = upload->id;
          for (const size_t end : {bytes.size() / 2, bytes.size()}) {
            const std::string piece = bytes.substr(committed, end - committed);
            if (!Send(*server, id, piece, committed).ok()) return;
            committed = static_cast<int64_t>(end);
          }
          published = server->uploads->Commit(id, Sha256Hex(bytes), 3).ok();
        },
        [&](PowerLossFileSystem& files) {
          std::optional<Server> server = Start(files);
          ASSERT_TRUE(server);
          if (id.empty()) return;
          if (!published) {
            const absl::StatusOr<UploadRecord> upload = server->uploads->Get(id);
            ASSERT_TRUE(upload.ok()) << upload.status();
            ASSERT_GE(upload->committed, committed);
            const absl::Status sent = Send(*server, id, bytes.substr(upload->committed), upload->committed);
            ASSERT_TRUE(sent.ok()) << sent;
          }
          // Also where the answer to the first was lost.
          const absl::StatusOr<DatasetRecord> dataset = server->uploads->Commit(id, Sha256Hex(bytes), 3);
          ASSERT_TRUE(dataset.ok()) << dataset.status();
          {
            const auto stored = StoredDataset::Open(*dataset, *server->blobs);
            ASSERT_TRUE(stored.ok()) << stored.status();
            std::vector<float> features(3);
            (*stored)->view().features.GatherFloats(std::vector<int64_t>{0, 1, 2}, 1, features.data());
            EXPECT_EQ(features, (std::vector<float>{1, 2, 3}));
          }
          ASSERT_TRUE(server->datasets->Delete(dataset->id).ok()) << "the next disk has not got its blobs";
        });
    EXPECT_TRUE(published) << "the last time nothing was in its way";
  }

  DatasetFormat format_;
  TempDirectory directory_;
  std::unique_ptr<Database> database_ = *Database::Open(directory_.path() + "/traind.db");
  std::unique_ptr<UploadStore> rows_ = UploadStore::Make(*database_);
};

TEST_F(UploadPowerLossTest, Tensors) {
  format_ = {Task::kClassification, TensorFormat{.rows = 3, .features = 1, .classes = 2}};
  const std::vector<float> features = {1, 2, 3};
  const std::vector<int32_t> labels = {0, 1, 0};
  Try(std::string(reinterpret_cast<const char*>(features.data()), 12) +
      std::string(reinterpret_cast<const char*>(labels.data()), 12));
}

TEST_F(UploadPowerLossTest, Csv) {
  format_ = {Task::kClassification, CsvFormat{"y"}};
  Try("a,y\n1,0\n2,1\n3,0\n");
}

}  // namespace
}  // namespace traind
