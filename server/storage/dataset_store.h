// Datasets in the database and their bytes in the blob store, kept in step.
#ifndef TRAIND_SERVER_STORAGE_DATASET_STORE_H_
#define TRAIND_SERVER_STORAGE_DATASET_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/blob_store.h"
#include "server/storage/database.h"
#include "server/storage/page.h"
#include "server/storage/records.h"
#include "server/storage/tenant_quota.h"
#include "server/storage/tenant_scope.h"

namespace traind {

// The blobs of a dataset being written part by part, all numbers little-endian.
struct DatasetWriters {
  std::unique_ptr<BlobWriter> features;      // float32 [rows, features], row-major
  std::unique_ptr<BlobWriter> labels;        // int32 [rows] class indices, or float32 [rows, targets], row-major
  std::unique_ptr<BlobWriter> weights = {};  // float32 [rows]; null: every row counts the same
};

// Thread-safe. NotFound where an id names no dataset in the scope.
class DatasetStore final {
 public:
  // Both must outlive the store.
  static std::unique_ptr<DatasetStore> Make(Database& database, BlobStore& blobs, StorageLimits limits = {});

  // The dataset that an earlier create with this mark made: nothing if there is none, AlreadyExists if its body was
  // another. An empty mark has none. Lets a repeat be answered before its bytes are read.
  absl::StatusOr<std::optional<DatasetRecord>> FindRequest(const RequestMark& mark);
  // The dataset that an upload became, if it did.
  absl::StatusOr<std::optional<DatasetRecord>> FindUpload(const std::string& upload_id);
  // Publishes a dataset whose parts lie in the blobs of `writers`: commits them and inserts the row; on any failure
  // neither row nor blob stays behind (unless another dataset has the same bytes). AlreadyExists if the id is taken,
  // which is all it says if it is another tenant's; with the same mark, returns the earlier result as FindRequest does.
  // The upload that it comes from is gone in the same moment. ResourceExhausted: CheckTenantQuota.
  absl::StatusOr<DatasetRecord> Publish(DatasetRecord record, std::vector<std::unique_ptr<BlobWriter>> writers);
  absl::StatusOr<DatasetRecord> Get(const std::string& id, const TenantScope& scope = TenantScope::All());
  // As Get, but FailedPrecondition with reason DATASET_NOT_COMMITTED where an upload is to become the dataset.
  absl::StatusOr<DatasetRecord> GetForTraining(const std::string& id, const TenantScope& scope = TenantScope::All());
  // By id, those after `after` (empty: from the start), at most `limit`.
  absl::StatusOr<Page<DatasetRecord>> List(const std::string& after, int limit,
                                           const TenantScope& scope = TenantScope::All());
  // FailedPrecondition names a job that has not ended and uses it. Blobs that nothing else has go too.
  absl::Status Delete(const std::string& id, const TenantScope& scope = TenantScope::All());

 private:
  DatasetStore(Database& database, BlobStore& blobs, StorageLimits limits)
      : database_(database), blobs_(blobs), limits_(limits) {}
  // Adds to `committed` the names of the blobs that it made durable, also when it fails.
  absl::StatusOr<DatasetRecord> CommitAndInsert(const DatasetRecord& record,
                                                const std::vector<std::unique_ptr<BlobWriter>>& writers,
                                                std::vector<std::string>& committed);
  // The row of `record`, or of the earlier create with its mark.
  absl::StatusOr<DatasetRecord> Insert(const DatasetRecord& record);

  Database& database_;
  BlobStore& blobs_;
  const StorageLimits limits_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_DATASET_STORE_H_
