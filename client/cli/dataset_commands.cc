#include "client/cli/dataset_commands.h"

#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/errors.h"
#include "client/cli/named_command.h"
#include "client/cli/output.h"
#include "client/cli/resource_name.h"
#include "client/cli/table.h"

namespace traind::client {
namespace {

constexpr char kCollection[] = "datasets";
constexpr char kGroup[] = "dataset";

void Print(const Session& session, const v1::Dataset& dataset) {
  if (session.output == OutputFormat::kJson) return PrintJson(std::cout, dataset);
  Facts facts;
  facts.Add("name", dataset.name());
  facts.Add("task", v1::Dataset::Task_Name(dataset.task()));
  facts.Add("rows", absl::StrCat(dataset.row_count()));
  facts.Add("features", absl::StrCat(dataset.feature_count()));
  facts.Add("label column", dataset.label_column());
  facts.Add("classes", absl::StrJoin(dataset.class_names(), ", "));
  facts.Add("targets", absl::StrJoin(dataset.target_names(), ", "));
  facts.Add("weights", dataset.has_weights() ? "one a row" : "");
  facts.Add("size", FormatBytes(dataset.size_bytes()));
  facts.Add("sha256", dataset.sha256());
  facts.Add("created", FormatTime(dataset.create_time()));
  facts.Print(std::cout);
}

struct CreateOptions {
  std::string id;
  std::string csv;
  std::vector<std::string> labels;
  std::string weight;
  v1::Dataset::Task task = v1::Dataset::CLASSIFICATION;
  std::string request_id;
};

int Create(const Session& session, const CreateOptions& options) {
  v1::UploadDatasetRequest::Begin begin;
  begin.set_dataset_id(options.id);
  begin.mutable_format()->set_task(options.task);
  v1::Csv& csv = *begin.mutable_format()->mutable_csv();
  if (options.labels.size() == 1) {
    csv.set_label_column(options.labels[0]);
  } else {
    csv.mutable_label_columns()->Add(options.labels.begin(), options.labels.end());
  }
  csv.set_weight_column(options.weight);
  begin.set_request_id(options.request_id);
  absl::StatusOr<v1::Dataset> dataset = session.Connect().CreateDatasetFromFile(begin, options.csv);
  if (!dataset.ok()) {
    // What is not found is the file.
    return Fail(session, absl::StrCat("create dataset ", options.id, " from ", options.csv),
                absl::IsNotFound(dataset.status()) ? "" : kGroup, dataset.status());
  }
  Print(session, *dataset);
  return kSuccess;
}

int List(const Session& session) {
  Table table({{"NAME"}, {"TASK"}, {"ROWS", true}, {"FEATURES", true}, {"CLASSES", true}, {"SIZE", true}, {"CREATED"}});
  absl::Status status = session.Connect().ForEachDataset([&](const v1::Dataset& dataset) {
    if (session.output == OutputFormat::kJson) {
      PrintJsonLine(std::cout, dataset);
    } else {
      table.Add({dataset.name(), v1::Dataset::Task_Name(dataset.task()), absl::StrCat(dataset.row_count()),
                 absl::StrCat(dataset.feature_count()),
                 dataset.class_count() == 0 ? "" : absl::StrCat(dataset.class_count()),
                 FormatBytes(dataset.size_bytes()), FormatTime(dataset.create_time())});
    }
    return true;
  });
  if (!status.ok()) return Fail(session, "list datasets", kGroup, status);
  if (session.output == OutputFormat::kTable) table.Print(std::cout);
  return kSuccess;
}

int Get(const Session& session, const std::string& name) {
  absl::StatusOr<v1::Dataset> dataset = session.Connect().GetDataset(name);
  if (!dataset.ok()) return Fail(session, "get " + name, kGroup, dataset.status());
  Print(session, *dataset);
  return kSuccess;
}

int Delete(const Session& session, const std::string& name) {
  return ReportDelete(session, name, kGroup, session.Connect().DeleteDataset(name));
}

void AddCreate(CLI::App& group, Session& session) {
  auto options = std::make_shared<CreateOptions>();
  CLI::App* create = group.add_subcommand("create", "Upload a CSV file");
  create->add_option("NAME", options->id, "What to call it: small letters, digits and hyphens")
      ->required()
      ->transform(ResourceId(kCollection));
  create->add_option("--csv", options->csv, "The file: a header line, then numbers and a label in each line")
      ->required()
      ->type_name("FILE");
  create
      ->add_option("--label", options->labels,
                   "The column that holds the label; give it several times to learn several numbers a row")
      ->required()
      ->allow_extra_args(false)
      ->check(Utf8())
      ->type_name("COLUMN");
  create
      ->add_option("--weight", options->weight,
                   "The column that says how much each row counts, 0 or more (default: none)")
      ->check(Utf8())
      ->type_name("COLUMN");
  create
      ->add_option_function<std::string>(
          "--task",
          [options](const std::string& task) {
            options->task = task == "regression" ? v1::Dataset::REGRESSION : v1::Dataset::CLASSIFICATION;
          },
          "What the label is (default: classification)")
      ->check(CLI::IsMember({"classification", "regression"}).description(""))
      ->type_name("classification|regression");
  create->add_option("--request-id", options->request_id, "Makes a repeat of this command return the first result")
      ->check(Utf8())
      ->type_name("ID");
  create->footer("\nExample:\n  trainctl dataset create digits --csv examples/digits.csv --label label");
  create->callback([&session, options] { session.run = [&session, options] { return Create(session, *options); }; });
}

}  // namespace

void AddDatasetCommands(CLI::App& app, Session& session) {
  CLI::App* group = app.add_subcommand("dataset", "Tables of numbers with a label for each row");
  group->require_subcommand(1);
  group->footer("\nExample:\n  trainctl dataset list");
  AddCreate(*group, session);
  CLI::App* list = group->add_subcommand("list", "List all datasets by name");
  list->footer("\nExample:\n  trainctl dataset list -o json");
  list->callback([&session] { session.run = [&session] { return List(session); }; });
  AddNamed(*group, session, kCollection, {"get", "Show a dataset", "trainctl dataset get digits"}, Get);
  AddNamed(*group, session, kCollection,
           {"delete", "Delete a dataset that no running job uses", "trainctl dataset delete digits"}, Delete);
}

}  // namespace traind::client
