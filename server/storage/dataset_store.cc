#include "server/storage/dataset_store.h"

#include <soci/soci.h>

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "server/errors/errors.h"
#include "server/storage/blob_references.h"
#include "server/storage/dataset_row.h"
#include "server/storage/select.h"
#include "server/storage/select_request.h"

namespace traind {
namespace {

absl::Status NoSuchDataset(const std::string& id) {
  return absl::NotFoundError(absl::StrCat("there is no dataset datasets/", id));
}

std::vector<DatasetRecord> SelectDataset(soci::session& sql, const std::string& id, const TenantScope& scope) {
  return Select<DatasetRow>(sql, absl::StrCat(DatasetRow::kSelect, "WHERE id = :id AND ", scope.condition()), id,
                            scope.parameter());
}

absl::Status NameTaken(const DatasetRecord& by, const std::string& tenant) {
  if (by.tenant == tenant) {
    return absl::AlreadyExistsError(
        absl::StrCat("datasets/", by.id, " exists: choose another name, or delete it first"));
  }
  return WithReason(absl::AlreadyExistsError(absl::StrCat("the name datasets/", by.id, " is taken: choose another")),
                    "NAME_TAKEN");
}

int64_t BytesOf(const DatasetRecord& record) {
  return record.feature_part.size + record.label_part.size + (record.weight_part ? record.weight_part->size : 0);
}

absl::Status CheckUnused(soci::session& sql, const std::string& id, const TenantScope& scope) {
  std::string job;
  std::string tenant;
  sql << "SELECT id, tenant FROM jobs WHERE dataset_id = :id AND "
         "state IN ('QUEUED', 'RUNNING', 'PAUSING', 'PAUSED', 'CANCELLING') UNION ALL "
         "SELECT id, tenant FROM jobs WHERE validation_dataset_id = :id AND "
         "state IN ('QUEUED', 'RUNNING', 'PAUSING', 'PAUSED', 'CANCELLING') LIMIT 1",
      soci::use(id, "id"), soci::into(job), soci::into(tenant);
  if (!sql.got_data()) return absl::OkStatus();
  if (!scope.Covers(tenant)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "datasets/", id, " is used by a job of an administrator, which has not ended: wait for it, or ask them"));
  }
  return absl::FailedPreconditionError(absl::StrCat("datasets/", id, " is used by trainingJobs/", job,
                                                    ", which has not ended: wait for it or cancel it"));
}

}  // namespace

std::unique_ptr<DatasetStore> DatasetStore::Make(Database& database, BlobStore& blobs, StorageLimits limits) {
  return absl::WrapUnique(new DatasetStore(database, blobs, limits));
}

absl::StatusOr<std::optional<DatasetRecord>> DatasetStore::FindRequest(const RequestMark& mark) {
  absl::StatusOr<std::optional<DatasetRecord>> found;
  absl::Status status = database_.Read([&](soci::session& sql) {
    found = SelectRequest<DatasetRow>(sql, mark);
    return found.status();
  });
  if (!status.ok()) return status;
  return found;
}

absl::StatusOr<std::optional<DatasetRecord>> DatasetStore::FindUpload(const std::string& upload_id) {
  std::optional<DatasetRecord> dataset;
  absl::Status status = database_.Read([&](soci::session& sql) {
    std::vector<DatasetRecord> found =
        Select<DatasetRow>(sql, absl::StrCat(DatasetRow::kSelect, "WHERE upload_id = :upload_id"), upload_id);
    if (!found.empty()) dataset = std::move(found.front());
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return dataset;
}

absl::StatusOr<DatasetRecord> DatasetStore::Publish(DatasetRecord record,
                                                    std::vector<std::unique_ptr<BlobWriter>> writers) {
  // As precise as the row that a repeat of the request is answered from.
  record.create_time = absl::FromUnixMicros(absl::ToUnixMicros(record.create_time));
  std::vector<std::string> committed;
  absl::StatusOr<DatasetRecord> published = CommitAndInsert(record, writers, committed);
  // From here on the rows alone say which blobs are needed; an earlier result of the same request may have others.
  writers.clear();
  RemoveUnreferenced(database_, blobs_, committed).IgnoreError();
  return published;
}

absl::StatusOr<DatasetRecord> DatasetStore::CommitAndInsert(const DatasetRecord& record,
                                                            const std::vector<std::unique_ptr<BlobWriter>>& writers,
                                                            std::vector<std::string>& committed) {
  for (const auto& writer : writers) {
    absl::StatusOr<BlobInfo> blob = writer->Commit();
    if (!blob.ok()) return blob.status();
    committed.push_back(blob->sha256);
  }
  return Insert(record);
}

absl::StatusOr<DatasetRecord> DatasetStore::Insert(const DatasetRecord& record) {
  DatasetRecord inserted = record;
  absl::Status status = database_.Write([&](soci::session& sql) {
    // First, so that it counts no more; if the dataset is refused, this is undone.
    if (!record.upload_id.empty()) sql << "DELETE FROM uploads WHERE id = :id", soci::use(record.upload_id);
    absl::StatusOr<std::optional<DatasetRecord>> earlier = SelectRequest<DatasetRow>(sql, record.request);
    if (!earlier.ok()) return earlier.status();
    if (earlier->has_value()) {
      inserted = **std::move(earlier);
      return absl::OkStatus();
    }
    const std::vector<DatasetRecord> same_name = SelectDataset(sql, record.id, TenantScope::All());
    if (!same_name.empty()) return NameTaken(same_name.front(), record.tenant);
    absl::Status fits = CheckTenantQuota(sql, record.tenant, BytesOf(record), limits_.tenant_bytes);
    if (!fits.ok()) return fits;
    InsertDataset(sql, record);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return inserted;
}

absl::StatusOr<DatasetRecord> DatasetStore::Get(const std::string& id, const TenantScope& scope) {
  std::vector<DatasetRecord> found;
  absl::Status status = database_.Read([&](soci::session& sql) {
    found = SelectDataset(sql, id, scope);
    return found.empty() ? NoSuchDataset(id) : absl::OkStatus();
  });
  if (!status.ok()) return status;
  return std::move(found.front());
}

absl::StatusOr<DatasetRecord> DatasetStore::GetForTraining(const std::string& id, const TenantScope& scope) {
  absl::StatusOr<DatasetRecord> record = Get(id, scope);
  if (!absl::IsNotFound(record.status())) return record;
  std::string upload;
  absl::Status status = database_.Read([&](soci::session& sql) {
    sql << absl::StrCat("SELECT id FROM uploads WHERE dataset_id = :id AND ", scope.condition(), " LIMIT 1"),
        soci::use(id), soci::use(scope.parameter()), soci::into(upload);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (upload.empty()) return record;
  return WithReason(absl::FailedPreconditionError(absl::StrCat("datasets/", id, " is not there yet: commit uploads/",
                                                               upload, ", which is to become it")),
                    "DATASET_NOT_COMMITTED", {{"upload", absl::StrCat("uploads/", upload)}});
}

absl::StatusOr<Page<DatasetRecord>> DatasetStore::List(const std::string& after, int limit, const TenantScope& scope) {
  Page<DatasetRecord> page;
  absl::Status status = database_.Read([&](soci::session& sql) {
    page = SelectPage<DatasetRow>(
        sql, absl::StrCat(DatasetRow::kSelect, "WHERE ", scope.condition(), " AND id > :after ORDER BY id"), limit,
        scope.parameter(), after);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return page;
}

absl::Status DatasetStore::Delete(const std::string& id, const TenantScope& scope) {
  std::vector<DatasetRecord> deleted;
  absl::Status status = database_.Write([&](soci::session& sql) {
    deleted = SelectDataset(sql, id, scope);
    if (deleted.empty()) return NoSuchDataset(id);
    if (absl::Status unused = CheckUnused(sql, id, scope); !unused.ok()) return unused;
    sql << "DELETE FROM datasets WHERE id = :id", soci::use(id);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  std::vector<std::string> sha256s;
  for (const BlobInfo& blob : BlobsOf(deleted.front())) sha256s.push_back(blob.sha256);
  // The dataset is gone; a blob that cannot be removed now only wastes space.
  RemoveUnreferenced(database_, blobs_, sha256s).IgnoreError();
  return absl::OkStatus();
}

}  // namespace traind
