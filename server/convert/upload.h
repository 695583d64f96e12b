// traind.v1.Upload and what announces it.
#ifndef TRAIND_SERVER_CONVERT_UPLOAD_H_
#define TRAIND_SERVER_CONVERT_UPLOAD_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/datasets/dataset_format.h"
#include "server/storage/records.h"
#include "traind/v1/dataset_service.pb.h"

namespace traind {

v1::Upload ToProto(const UploadRecord& record);

// What is to be announced; InvalidArgument lists every fault of it but those of the size.
absl::StatusOr<UploadRecord> FromProto(const v1::CreateUploadRequest& request);

// The format that an UploadRecord holds.
absl::StatusOr<DatasetFormat> FormatFromJson(const std::string& json);

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_UPLOAD_H_
