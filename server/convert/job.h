// traind.v1.TrainingJob and the lines of its log.
#ifndef TRAIND_SERVER_CONVERT_JOB_H_
#define TRAIND_SERVER_CONVERT_JOB_H_

#include <google/protobuf/map.h>

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/storage/records.h"
#include "traind/v1/training_job.pb.h"

namespace traind {

// DataLoss if the stored spec cannot be read.
absl::StatusOr<v1::TrainingJob> ToProto(const JobRecord& record);

v1::TrainingEvent ToProto(const JobEvent& event);

v1::TrainingSpec::Precision ToProto(Precision precision);

// Under the same names.
google::protobuf::Map<std::string, v1::MetricTable> ToProto(const std::map<std::string, MetricTable>& tables);

// A sign of life after the event of that sequence.
v1::TrainingEvent HeartbeatProto(int64_t sequence, absl::Time time);

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_JOB_H_
