#include "server/storage/upload_row.h"

#include "server/storage/request_key.h"

namespace traind {

using soci::into;
using soci::use;

void UploadRow::Bind(soci::statement& statement) {
  statement.exchange(into(plain.id));
  statement.exchange(into(plain.dataset_id));
  statement.exchange(into(plain.format_json));
  statement.exchange(into(plain.size));
  statement.exchange(into(plain.committed));
  statement.exchange(into(create_time));
  statement.exchange(into(expire_time));
  statement.exchange(into(request_key));
  statement.exchange(into(plain.request.body_sha256));
  statement.exchange(into(plain.tenant));
}

UploadRecord UploadRow::ToRecord() const {
  UploadRecord record = plain;
  SetFromRequestKey(request_key, record.request);
  record.create_time = absl::FromUnixMicros(create_time);
  record.expire_time = absl::FromUnixMicros(expire_time);
  return record;
}

void InsertUpload(soci::session& sql, const UploadRecord& upload) {
  const int64_t create_time = absl::ToUnixMicros(upload.create_time);
  const std::string request_key = RequestKey(upload.request);
  const int64_t expire_time = absl::ToUnixMicros(upload.expire_time);
  sql << "INSERT INTO uploads (id, dataset_id, format, size_bytes, committed_bytes, create_time, expire_time, "
         "request_id, request_body_sha256, tenant) VALUES (:id, :dataset_id, :format, :size_bytes, :committed_bytes, "
         ":create_time, :expire_time, NULLIF(:request_id, ''), :request_body_sha256, :tenant)",
      use(upload.id), use(upload.dataset_id), use(upload.format_json), use(upload.size), use(upload.committed),
      use(create_time), use(expire_time), use(request_key), use(upload.request.body_sha256), use(upload.tenant);
}

}  // namespace traind
