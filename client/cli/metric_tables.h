// Figures of a training that are more than a number, for people.
#ifndef TRAIND_CLIENT_CLI_METRIC_TABLES_H_
#define TRAIND_CLIENT_CLI_METRIC_TABLES_H_

#include <google/protobuf/map.h>
#include <google/protobuf/repeated_field.h>

#include <ostream>
#include <string>

#include "client/cpp/client.h"
#include "traind/v1/training_job.pb.h"

namespace traind::client {

// The most columns that a matrix is printed with.
inline constexpr int kMostMatrixColumns = 32;

// Prints, each after an empty line: the figures of each class side by side, a line a class, and then every matrix under
// its name; one of more than kMostMatrixColumns only as a hint to -o json. Classes are called by their index where
// `class_names` has too few names. Nothing where there are no tables.
void PrintMetricTables(std::ostream& out, const google::protobuf::Map<std::string, v1::MetricTable>& tables,
                       const google::protobuf::RepeatedPtrField<std::string>& class_names);

// The same for a job, with the class names of its model; their indices if the model is gone.
void PrintMetricTables(std::ostream& out, const Client& client, const v1::TrainingJob& job);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_METRIC_TABLES_H_
