// traind.v1.Dataset and how its bytes are to be read.
#ifndef TRAIND_SERVER_CONVERT_DATASET_H_
#define TRAIND_SERVER_CONVERT_DATASET_H_

#include <vector>

#include "server/convert/view.h"
#include "server/datasets/dataset_format.h"
#include "server/errors/errors.h"
#include "server/storage/records.h"
#include "traind/v1/dataset.pb.h"

namespace traind {

// kBasic leaves out columns and the names of features, classes and targets.
v1::Dataset ToProto(const DatasetRecord& record, View view = View::kFull);
v1::Dataset::Task ToProto(Task task);
v1::Dataset::ElementType ToProto(engine::ElementType type);
v1::Column::Kind ToProto(ColumnKind kind);

// `columns`, or if there are none what numeric columns of these names are.
google::protobuf::RepeatedPtrField<v1::Column> ToProto(const std::vector<Column>& columns,
                                                       const std::vector<std::string>& names);

// Adds every fault of the format, those of CheckFormat too, with paths such as `format.csv.label_column`; what is
// returned is of use only if there is none.
DatasetFormat FromProto(const v1::DatasetFormat& format, std::vector<FieldViolation>& faults);

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_DATASET_H_
