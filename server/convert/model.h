// traind.v1.Model.
#ifndef TRAIND_SERVER_CONVERT_MODEL_H_
#define TRAIND_SERVER_CONVERT_MODEL_H_

#include "absl/status/statusor.h"
#include "server/convert/view.h"
#include "server/storage/records.h"
#include "traind/v1/model.pb.h"

namespace traind {

// kBasic leaves out metric tables and the names of features, classes and targets. DataLoss if the stored spec cannot be
// read.
absl::StatusOr<v1::Model> ToProto(const ModelRecord& record, View view = View::kFull);

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_MODEL_H_
