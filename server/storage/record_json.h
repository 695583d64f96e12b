// Parts of records as the JSON that their columns hold. Numbers come back bit for bit; a number that is not finite is
// written as text (`"NaN"`, `"Infinity"`, `"-Infinity"`), as proto3 JSON does. Reading throws
// nlohmann::json::exception.
#ifndef TRAIND_SERVER_STORAGE_RECORD_JSON_H_
#define TRAIND_SERVER_STORAGE_RECORD_JSON_H_

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "server/storage/records.h"

namespace traind {

using Metrics = std::map<std::string, double>;
using MetricTables = std::map<std::string, MetricTable>;

nlohmann::json ToJson(const Metrics& metrics);
nlohmann::json ToJson(const MetricTables& tables);
nlohmann::json ToJson(const std::vector<Column>& columns);
nlohmann::json ToJson(const JobProgress& progress);
nlohmann::json ToJson(const JobResult& result);
nlohmann::json ToJson(const JobError& error);

Metrics MetricsOf(const nlohmann::json& json);
MetricTables MetricTablesOf(const nlohmann::json& json);
std::vector<Column> ColumnsOf(const nlohmann::json& json);
JobProgress JobProgressOf(const nlohmann::json& json);
JobResult JobResultOf(const nlohmann::json& json);
JobError JobErrorOf(const nlohmann::json& json);

// The text of a column; bytes that are no UTF-8 become U+FFFD.
std::string ToText(const nlohmann::json& json);
std::string NamesToText(const std::vector<std::string>& names);
std::vector<std::string> NamesOfText(const std::string& text);

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_RECORD_JSON_H_
