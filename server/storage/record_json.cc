#include "server/storage/record_json.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>

#include "server/storage/enum_names.h"

namespace traind {
namespace {

using nlohmann::json;

json NumberToJson(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return number;
}

double NumberOf(const json& value) {
  if (!value.is_string()) return value.get<double>();
  if (value == "NaN") return std::numeric_limits<double>::quiet_NaN();
  return value == "Infinity" ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
}

}  // namespace

json ToJson(const Metrics& metrics) {
  json object = json::object();
  for (const auto& [name, value] : metrics) object[name] = NumberToJson(value);
  return object;
}

Metrics MetricsOf(const json& object) {
  Metrics metrics;
  for (const auto& [name, value] : object.items()) metrics[name] = NumberOf(value);
  return metrics;
}

json ToJson(const MetricTables& tables) {
  json object = json::object();
  for (const auto& [name, table] : tables) {
    json values = json::array();
    for (double value : table.values) values.push_back(NumberToJson(value));
    object[name] = {{"columns", table.columns}, {"values", std::move(values)}};
  }
  return object;
}

MetricTables MetricTablesOf(const json& object) {
  MetricTables tables;
  for (const auto& [name, value] : object.items()) {
    MetricTable& table = tables[name];
    value.at("columns").get_to(table.columns);
    for (const json& number : value.at("values")) table.values.push_back(NumberOf(number));
  }
  return tables;
}

json ToJson(const std::vector<Column>& columns) {
  json array = json::array();
  for (const Column& column : columns) {
    const ColumnStatistics& statistics = column.statistics;
    json object = {{"name", column.name}, {"kind", Name(column.kind)}};
    // A table may have many columns: what is nothing is left out.
    const auto add = [&](const char* name, const auto& value) {
      if (value != std::decay_t<decltype(value)>()) object[name] = value;
    };
    add("categories", column.categories);
    add("warning", column.warning);
    add("count", statistics.count);
    add("missing", statistics.missing);
    add("mean", statistics.mean);
    add("deviation", statistics.deviation);
    add("minimum", statistics.minimum);
    add("maximum", statistics.maximum);
    add("most_frequent", statistics.most_frequent);
    add("most_frequent_count", statistics.most_frequent_count);
    array.push_back(std::move(object));
  }
  return array;
}

std::vector<Column> ColumnsOf(const json& array) {
  std::vector<Column> columns;
  for (const json& object : array) {
    Column& column = columns.emplace_back();
    ColumnStatistics& statistics = column.statistics;
    object.at("name").get_to(column.name);
    column.kind = ColumnKindOf(object.at("kind").get<std::string>());
    const auto read = [&](const char* name, auto& value) {
      if (const auto found = object.find(name); found != object.end()) found->get_to(value);
    };
    read("categories", column.categories);
    read("warning", column.warning);
    read("count", statistics.count);
    read("missing", statistics.missing);
    read("mean", statistics.mean);
    read("deviation", statistics.deviation);
    read("minimum", statistics.minimum);
    read("maximum", statistics.maximum);
    read("most_frequent", statistics.most_frequent);
    read("most_frequent_count", statistics.most_frequent_count);
  }
  return columns;
}

json ToJson(const JobProgress& progress) {
  return {{"epoch", progress.epoch},
          {"epochs", progress.epochs},
          {"step", progress.step},
          {"steps", progress.steps},
          {"samples_per_second", NumberToJson(progress.samples_per_second)},
          {"metrics", ToJson(progress.metrics)}};
}

JobProgress JobProgressOf(const json& object) {
  JobProgress progress;
  object.at("epoch").get_to(progress.epoch);
  object.at("epochs").get_to(progress.epochs);
  object.at("step").get_to(progress.step);
  object.at("steps").get_to(progress.steps);
  progress.samples_per_second = NumberOf(object.at("samples_per_second"));
  progress.metrics = MetricsOf(object.at("metrics"));
  return progress;
}

json ToJson(const JobResult& result) {
  json profile = json::array();
  for (const PhaseTime& time : result.profile) profile.push_back({{"phase", time.phase}, {"seconds", time.seconds}});
  return {{"model_id", result.model_id},
          {"metrics", ToJson(result.metrics)},
          {"train_seconds", NumberToJson(result.train_seconds)},
          {"samples_per_second", NumberToJson(result.samples_per_second)},
          {"weights_sha256", result.weights_sha256},
          {"threads", result.threads},
          {"metric_tables", ToJson(result.metric_tables)},
          {"stop_reason", Name(result.stop_reason)},
          {"best_epoch", result.best_epoch},
          {"epochs", result.epochs},
          {"profile", std::move(profile)},
          {"precision", Name(result.precision)}};
}

JobResult JobResultOf(const json& object) {
  JobResult result;
  object.at("model_id").get_to(result.model_id);
  result.metrics = MetricsOf(object.at("metrics"));
  result.train_seconds = NumberOf(object.at("train_seconds"));
  result.samples_per_second = NumberOf(object.at("samples_per_second"));
  object.at("weights_sha256").get_to(result.weights_sha256);
  object.at("threads").get_to(result.threads);
  if (!object.contains("stop_reason")) return result;  // an earlier traind left it
  result.metric_tables = MetricTablesOf(object.at("metric_tables"));
  result.stop_reason = StopReasonOf(object.at("stop_reason").get<std::string>());
  object.at("best_epoch").get_to(result.best_epoch);
  object.at("epochs").get_to(result.epochs);
  if (!object.contains("profile")) return result;  // a later one did
  for (const json& time : object.at("profile")) {
    result.profile.push_back({time.at("phase").get<std::string>(), time.at("seconds").get<double>()});
  }
  if (object.contains("precision")) result.precision = PrecisionOf(object.at("precision").get<std::string>());
  return result;
}

json ToJson(const JobError& error) {
  return {{"reason", Name(error.reason)}, {"message", error.message}, {"step", error.step}, {"layer", error.layer}};
}

JobError JobErrorOf(const json& object) {
  JobError error;
  error.reason = JobErrorReasonOf(object.at("reason").get<std::string>());
  object.at("message").get_to(error.message);
  object.at("step").get_to(error.step);
  error.layer = object.value("layer", "");  // an earlier traind left none
  return error;
}

std::string ToText(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string NamesToText(const std::vector<std::string>& names) { return ToText(json(names)); }

std::vector<std::string> NamesOfText(const std::string& text) {
  return json::parse(text).get<std::vector<std::string>>();
}

}  // namespace traind
