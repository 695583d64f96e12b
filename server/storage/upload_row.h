// A row of the table of uploads.
#ifndef TRAIND_SERVER_STORAGE_UPLOAD_ROW_H_
#define TRAIND_SERVER_STORAGE_UPLOAD_ROW_H_

#include <soci/soci.h>

#include <string>

#include "server/storage/records.h"

namespace traind {

// For Select of select.h.
struct UploadRow {
  // `SELECT <all columns> FROM uploads `, to be followed by the rest of a query.
  static constexpr char kSelect[] =
      "SELECT id, dataset_id, format, size_bytes, committed_bytes, create_time, expire_time, COALESCE(request_id, ''), "
      "request_body_sha256, tenant FROM uploads ";

  void Bind(soci::statement& statement);
  UploadRecord ToRecord() const;
  std::string Name() const { return "uploads/" + plain.id; }

  UploadRecord plain;  // what is a column as it is
  std::string request_key;
  int64_t create_time = 0;
  int64_t expire_time = 0;
};

void InsertUpload(soci::session& sql, const UploadRecord& upload);

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_UPLOAD_ROW_H_
