#include "server/convert/upload.h"

#include <google/protobuf/util/json_util.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "server/convert/dataset.h"
#include "server/convert/request_mark.h"
#include "server/convert/resource_name.h"
#include "server/convert/timestamp.h"

namespace traind {

v1::Upload ToProto(const UploadRecord& record) {
  v1::Upload upload;
  upload.set_name(ResourceName(kUploads, record.id));
  upload.set_dataset(ResourceName(kDatasets, record.dataset_id));
  upload.set_size_bytes(record.size);
  upload.set_committed_bytes(record.committed);
  *upload.mutable_expire_time() = ToProto(record.expire_time);
  return upload;
}

absl::StatusOr<UploadRecord> FromProto(const v1::CreateUploadRequest& request) {
  std::vector<FieldViolation> faults;
  CheckId(request.dataset_id(), "dataset_id", faults);
  FromProto(request.format(), faults);
  UploadRecord upload;
  upload.request = MarkOf(request, "request_id", faults);
  if (!request.tenant().empty()) upload.tenant = request.tenant();
  CheckId(upload.tenant, "tenant", faults);
  if (!faults.empty()) return InvalidFields(faults);
  upload.dataset_id = request.dataset_id();
  upload.size = request.size_bytes();
  const auto written = google::protobuf::util::MessageToJsonString(request.format(), &upload.format_json);
  if (!written.ok()) return absl::InternalError(absl::StrCat("format: ", written.ToString()));
  return upload;
}

absl::StatusOr<DatasetFormat> FormatFromJson(const std::string& json) {
  v1::DatasetFormat format;
  const auto read = google::protobuf::util::JsonStringToMessage(json, &format);
  std::vector<FieldViolation> faults;
  DatasetFormat result;
  if (read.ok()) result = FromProto(format, faults);
  if (!read.ok() || !faults.empty()) return absl::DataLossError("the format of an upload cannot be read any more");
  return result;
}

}  // namespace traind
