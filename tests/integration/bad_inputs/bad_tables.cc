// Text that is no table to learn from, and requests that do not say how to read it.
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/integration/bad_inputs/bad_input.h"

namespace traind {
namespace {

using Request = v1::CreateDatasetRequest;

BadInput InDataset(int number, const char* name, std::function<void(Request&)> spoil, std::vector<std::string> fields,
                   std::string message = "") {
  return {.number = number,
          .name = name,
          .send =
              [spoil = std::move(spoil)](BadInputServer& server) {
                Request request = DatasetOf(kCsv);
                spoil(request);
                return server.Create(request);
              },
          .fields = std::move(fields),
          .message = std::move(message)};
}

// `message` is a part of what is said of the fault.
BadInput Csv(int number, const char* name, std::string csv, std::string field, std::string message) {
  return InDataset(
      number, name, [csv = std::move(csv)](Request& request) { request.set_data(csv); }, {std::move(field)},
      std::move(message));
}

BadInput Id(const char* name, std::string id) {
  return InDataset(17, name, [id = std::move(id)](Request& r) { r.set_dataset_id(id); }, {"dataset_id"});
}

std::string TextInRow10001() {
  std::string csv = "x,label\n";
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&csv, i, ",", i % 2, "\n");
  return csv + "abc,1\n";
}

// The same body once more is no fault: it gets the first dataset.
grpc::Status RepeatARequestIdWithAnotherBody(BadInputServer& server) {
  Request request = DatasetOf("x,label\n1,0.5\n2,0.7\n3,0.9\n4,1.5\n");
  request.set_dataset_id("numbers");
  request.set_request_id("first-dataset");
  request.mutable_format()->set_task(v1::Dataset::REGRESSION);
  v1::Dataset first;
  EXPECT_TRUE(ServiceStubs::Ok(server.Create(request, &first)));
  EXPECT_EQ(first.name(), "datasets/numbers");
  request.set_dataset_id("others");
  return server.Create(request);
}

std::vector<BadInput> BadCsv() {
  return {
      Csv(18, "NoBytes", "", "data", "empty"),
      Csv(18, "HeaderWithoutRows", "x,label\n", "data", "no rows"),
      Csv(18, "LabelsWithoutFeatures", "label\n1\n0\n", "data header", "0 columns"),
      Csv(18, "NothingButMissingValues", "x,label\n,0\nnan,1\n", "data", "'x'"),
      Csv(20, "InfinityInATable", "x,label\n1,0\ninf,1\n", "data row 2, column 'x'", "inf"),
      Csv(20, "TooLargeForFloat32", "x,label\n1,0\n1e39,1\n", "data row 2, column 'x'", "1e39"),
      Csv(21, "FractionalLabel", "x,label\n1,0\n2,0.5\n", "data row 2, column 'label'", "0.5"),
      Csv(21, "OneClassAlone", "x,label\n1,7\n2,7\n", "data column 'label'", "class"),
      Csv(21, "MissingLabel", "x,label\n1,0\n2,\n3,1\n", "data row 2, column 'label'", "missing"),
      Csv(21, "LabelNaN", "x,label\n1,0\n2,nan\n3,1\n", "data row 2, column 'label'", "nan"),
      Csv(32, "RaggedRow", "x,y,label\n1,2,0\n1,0\n", "data row 2", "2 fields"),
      Csv(32, "UnterminatedQuote", "x,label\n\"1,0\n", "data row 1", "quote"),
      Csv(32, "QuoteInAField", "x,label\n1\"2,0\n3,1\n", "data row 1", "quote"),
      Csv(32, "NulInATable", std::string("x,label\n1\0,0\n2,1\n", 17), "data row 1", "NUL"),
      Csv(32, "ColumnNamedTwice", "x,x,label\n1,2,0\n1,2,1\n", "data header", "'x'"),
      Csv(32, "ColumnWithoutName", "x,,label\n1,2,0\n1,2,1\n", "data header", "empty"),
      Csv(32, "NameThatIsNotUtf8", "\xff\xfe,label\n1,0\n2,1\n", "data header", "UTF-8"),
      Csv(32, "NoHeader", "1,0\n2,1\n3,0\n", "format.csv.label_column", "'label'"),
      Csv(32, "NoSuchLabelColumn", "x,y\n1,0\n2,1\n", "format.csv.label_column", "'label'"),
      Csv(32, "TextInRow10001", TextInRow10001(), "data row 10001, column 'x'", "abc"),
      Csv(32, "EveryFaultOfATable", "x,label\n1,0\ninf,\n3\n", "data row 3", "data row 2, column 'label'"),
  };
}

std::vector<BadInput> BadRequests() {
  return {
      InDataset(6, "NoFormat", [](Request& r) { r.clear_format(); }, {"format"}),
      InDataset(6, "NoEncoding", [](Request& r) { r.mutable_format()->clear_encoding(); }, {"format"}),
      InDataset(6, "TaskUnknown", [](Request& r) { r.mutable_format()->set_task(static_cast<v1::Dataset::Task>(9)); },
                {"format.task"}),
      InDataset(6, "ColumnOfUnknownKind",
                [](Request& r) {
                  v1::CsvColumn* column = r.mutable_format()->mutable_csv()->add_columns();
                  column->set_name("x");
                  column->set_kind(static_cast<v1::Column::Kind>(9));
                },
                {"format.csv.columns[0].kind"}),
      InDataset(6, "NoLabelColumn", [](Request& r) { r.mutable_format()->mutable_csv()->clear_label_column(); },
                {"format.csv.label_column"}),
      Id("DatasetIdEmpty", ""),
      Id("DatasetIdClimbs", "../../etc"),
      Id("DatasetIdWithSlash", "a/b"),
      Id("DatasetIdWithNul", std::string("a\0b", 3)),
      Id("DatasetIdUpperCase", "Digits"),
      Id("DatasetIdTooLong", std::string(64, 'a')),
      Id("DatasetIdWithControlCharacter",
         "a\x7f"
         "b"),
      Id("DatasetIdBidirectional", "a\u202eb"),
      InDataset(17, "DatasetTenantUpperCase", [](Request& r) { r.set_tenant("Acme"); }, {"tenant"}),
      InDataset(0, "DatasetRequestIdTooLong", [](Request& r) { r.set_request_id(std::string(129, 'r')); },
                {"request_id"}),
      {.number = 45,
       .name = "DatasetNameTaken",
       .send =
           [](BadInputServer& server) {
             Request request = DatasetOf(kCsv);
             request.set_dataset_id("digits");
             return server.Create(request);
           },
       .code = Code::ALREADY_EXISTS,
       .message = "datasets/digits"},
      {.number = 45,
       .name = "DatasetRequestIdWithAnotherBody",
       .send = RepeatARequestIdWithAnotherBody,
       .code = Code::ALREADY_EXISTS,
       .message = "first-dataset"},
  };
}

}  // namespace

std::vector<BadInput> BadTables() {
  std::vector<BadInput> rows = BadCsv();
  for (BadInput& row : BadRequests()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace traind
