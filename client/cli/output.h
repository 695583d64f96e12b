// Messages and values as text.
#ifndef TRAIND_CLIENT_CLI_OUTPUT_H_
#define TRAIND_CLIENT_CLI_OUTPUT_H_

#include <google/protobuf/map.h>
#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace traind::client {

// Proto3 JSON with the field names of the .proto files; numbers, texts and enums that have their default are printed
// too. Over several lines.
void PrintJson(std::ostream& out, const google::protobuf::Message& message);

// The same on one line, for lists and watches.
void PrintJsonLine(std::ostream& out, const google::protobuf::Message& message);

// Metrics in the order of interest: loss, accuracy, val_loss, val_accuracy, then the others by name.
std::vector<std::pair<std::string, double>> InOrder(const google::protobuf::Map<std::string, double>& metrics);

// Four significant digits, such as `0.0123`, `12.34` or `1.2e-07`.
std::string FormatMetric(double value);

// `950`, `353.9k`, `1.02M`.
std::string FormatRate(double per_second);

// Local time to the second; empty when not set.
std::string FormatTime(const google::protobuf::Timestamp& time);

// `12 B`, `460.0 KiB`, `1.5 GiB`.
std::string FormatBytes(int64_t bytes);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_OUTPUT_H_
