#include "client/cli/metric_tables.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "client/cli/output.h"
#include "client/cli/table.h"

namespace traind::client {
namespace {

using ClassNames = google::protobuf::RepeatedPtrField<std::string>;

std::string ClassName(const ClassNames& names, int index) {
  return index < names.size() ? names.Get(index) : absl::StrCat(index);
}

int Rows(const v1::MetricTable& table) { return table.values_size() / table.columns(); }

// `f1_per_class` under F1.
std::string Title(const std::string& name) {
  return absl::AsciiStrToUpper(std::string(absl::StripSuffix(name, "_per_class")));
}

// Counts are whole, whatever their size.
std::string Cell(double value) {
  return std::trunc(value) == value ? absl::StrFormat("%.0f", value) : FormatMetric(value);
}

void PrintPerClass(std::ostream& out, const std::map<std::string, const v1::MetricTable*>& figures,
                   const ClassNames& names) {
  std::vector<Table::Column> columns = {{"CLASS"}};
  int rows = 0;
  for (const auto& [name, figure] : figures) {
    columns.push_back({Title(name), true});
    rows = std::max(rows, figure->values_size());
  }
  Table table(std::move(columns));
  for (int row = 0; row < rows; ++row) {
    std::vector<std::string> cells = {ClassName(names, row)};
    for (const auto& [name, figure] : figures) {
      cells.push_back(row < figure->values_size() ? FormatMetric(figure->values(row)) : "");
    }
    table.Add(std::move(cells));
  }
  out << "\n";
  table.Print(out);
}

void PrintMatrix(std::ostream& out, const std::string& name, const v1::MetricTable& matrix, const ClassNames& names) {
  out << "\n" << Printable(name);
  if (matrix.columns() > kMostMatrixColumns) {
    out << ": " << Rows(matrix) << " x " << matrix.columns() << " numbers; see them with -o json\n";
    return;
  }
  out << " (a row a true class, a column a predicted one)\n";
  std::vector<Table::Column> columns = {{""}};
  for (int column = 0; column < matrix.columns(); ++column) columns.push_back({ClassName(names, column), true});
  Table table(std::move(columns));
  for (int row = 0; row < Rows(matrix); ++row) {
    std::vector<std::string> cells = {ClassName(names, row)};
    for (int column = 0; column < matrix.columns(); ++column) {
      cells.push_back(Cell(matrix.values(row * matrix.columns() + column)));
    }
    table.Add(std::move(cells));
  }
  table.Print(out);
}

}  // namespace

void PrintMetricTables(std::ostream& out, const google::protobuf::Map<std::string, v1::MetricTable>& tables,
                       const ClassNames& class_names) {
  std::map<std::string, const v1::MetricTable*> per_class;
  std::map<std::string, const v1::MetricTable*> matrices;
  for (const auto& [name, table] : tables) {
    if (table.columns() > 0) (table.columns() == 1 ? per_class : matrices)[name] = &table;
  }
  if (!per_class.empty()) PrintPerClass(out, per_class, class_names);
  for (const auto& [name, matrix] : matrices) PrintMatrix(out, name, *matrix, class_names);
}

void PrintMetricTables(std::ostream& out, const Client& client, const v1::TrainingJob& job) {
  if (job.result().metric_tables().empty()) return;
  absl::StatusOr<v1::Model> model = client.GetModel(job.result().model());
  PrintMetricTables(out, job.result().metric_tables(), model.ok() ? model->class_names() : ClassNames());
}

}  // namespace traind::client
