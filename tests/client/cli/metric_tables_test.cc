#include "client/cli/metric_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace traind::client {
namespace {

using testing::HasSubstr;
using testing::Not;

v1::MetricTable TableOf(const std::vector<double>& values, int columns) {
  v1::MetricTable table;
  table.mutable_values()->Assign(values.begin(), values.end());
  table.set_columns(columns);
  return table;
}

std::string Printed(const google::protobuf::Map<std::string, v1::MetricTable>& tables,
                    const std::vector<std::string>& class_names) {
  std::ostringstream out;
  PrintMetricTables(out, tables, {class_names.begin(), class_names.end()});
  return out.str();
}

TEST(MetricTablesTest, AMatrixHasTheNamesOfItsClassesAndWholeCounts) {
  google::protobuf::Map<std::string, v1::MetricTable> tables;
  tables["confusion_matrix"] = TableOf({123456, 0, 7, 89}, 2);
  EXPECT_EQ(Printed(tables, {"rose", "lily"}),
            "\n"
            "confusion_matrix (a row a true class, a column a predicted one)\n"
            "        rose  lily\n"
            "rose  123456     0\n"
            "lily       7    89\n");
}

TEST(MetricTablesTest, FiguresOfEachClassStandSideBySide) {
  google::protobuf::Map<std::string, v1::MetricTable> tables;
  tables["f1_per_class"] = TableOf({1, 0.5}, 1);
  tables["val_recall_per_class"] = TableOf({0, 0.25}, 1);
  EXPECT_EQ(Printed(tables, {"rose"}),
            "\n"
            "CLASS      F1  VAL_RECALL\n"
            "rose   1.0000      0.0000\n"
            "1      0.5000      0.2500\n");
}

TEST(MetricTablesTest, AMatrixTooWideForAScreenIsAHint) {
  google::protobuf::Map<std::string, v1::MetricTable> tables;
  tables["val_confusion_matrix"] = TableOf(std::vector<double>(33 * 33), 33);
  EXPECT_EQ(Printed(tables, {}), "\nval_confusion_matrix: 33 x 33 numbers; see them with -o json\n");
}

TEST(MetricTablesTest, AnswersThatAreNoTablesDoNoHarm) {
  google::protobuf::Map<std::string, v1::MetricTable> tables;
  EXPECT_EQ(Printed(tables, {"rose"}), "");
  tables["broken"] = TableOf({1, 2}, 0);
  tables["cut_off"] = TableOf({1, 2, 3}, 2);
  EXPECT_THAT(Printed(tables, {"a\x1b[2J", "b"}), testing::AllOf(HasSubstr("a?[2J"), Not(HasSubstr("\x1b"))));
}

}  // namespace
}  // namespace traind::client
