#include "client/cli/dataset_commands.h"

#include <sys/stat.h>

#include <iostream>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/cli/errors.h"
#include "client/cli/interrupt.h"
#include "client/cli/named_command.h"
#include "client/cli/npy_table.h"
#include "client/cli/output.h"
#include "client/cli/resource_name.h"
#include "client/cli/table.h"
#include "client/cli/terminal.h"
#include "client/cli/upload_progress.h"
#include "client/cpp/file_source.h"
#include "client/cpp/sha256.h"

namespace traind::client {
namespace {

constexpr char kCollection[] = "datasets";
constexpr char kGroup[] = "dataset";
// What is larger is worth going on with.
constexpr int64_t kLargeBytes = 1 << 20;

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
  if (dataset.tenant() != "default") facts.Add("tenant", dataset.tenant());
  facts.Add("created", FormatTime(dataset.create_time()));
  facts.Print(std::cout);
}

void PrintWarnings(const v1::Dataset& dataset) {
  for (const v1::Column& column : dataset.columns()) {
    if (column.warning().empty()) continue;
    std::cerr << "trainctl: warning: column " << Printable(column.name()) << " " << Printable(column.warning()) << "\n";
  }
}

// A figure, or nothing for what has none.
std::string Figure(bool known, double value) { return known ? absl::StrFormat("%.6g", value) : ""; }

int Describe(const Session& session, const std::string& name) {
  absl::StatusOr<v1::Dataset> dataset = session.Connect().GetDataset(name);
  if (!dataset.ok()) return Fail(session, "describe " + name, kGroup, dataset.status());
  Table table({{"COLUMN"},
               {"TYPE"},
               {"COUNT", true},
               {"MISSING", true},
               {"MEAN", true},
               {"DEVIATION", true},
               {"MIN", true},
               {"MAX", true},
               {"MOST FREQUENT"}});
  for (const v1::Column& column : dataset->columns()) {
    if (session.output == OutputFormat::kJson) {
      PrintJsonLine(std::cout, column);
      continue;
    }
    std::string type = absl::AsciiStrToLower(v1::Column::Kind_Name(column.kind()));
    if (column.categories_size() > 0) absl::StrAppend(&type, " (", column.categories_size(), ")");
    const v1::ColumnStatistics& figures = column.statistics();
    const bool counted = column.has_statistics() && column.kind() != v1::Column::IGNORE;
    const bool numbers = counted && figures.count() > 0 && column.kind() != v1::Column::CATEGORICAL &&
                         !(column.kind() == v1::Column::LABEL && dataset->task() == v1::Dataset::CLASSIFICATION);
    table.Add({Printable(column.name()), type, counted ? absl::StrCat(figures.count()) : "",
               counted ? absl::StrCat(figures.missing()) : "", Figure(numbers, figures.mean()),
               Figure(numbers, figures.deviation()), Figure(numbers, figures.minimum()),
               Figure(numbers, figures.maximum()),
               figures.most_frequent().empty()
                   ? ""
                   : absl::StrCat(Printable(figures.most_frequent()), " (", figures.most_frequent_count(), ")")});
  }
  if (session.output == OutputFormat::kTable) {
    table.Print(std::cout);
    PrintWarnings(*dataset);
  }
  return kSuccess;
}

struct CreateOptions {
  std::string id;
  std::string csv;
  std::vector<std::string> labels;
  std::string weight;
  std::vector<std::string> columns;
  NpyTable::Paths npy;
  v1::Dataset::Task task = v1::Dataset::CLASSIFICATION;
  std::string request_id;
  std::string tenant;
};

v1::DatasetFormat CsvFormat(const CreateOptions& options) {
  v1::DatasetFormat format;
  format.set_task(options.task);
  v1::Csv& csv = *format.mutable_csv();
  if (options.labels.size() == 1) {
    csv.set_label_column(options.labels[0]);
  } else {
    csv.mutable_label_columns()->Add(options.labels.begin(), options.labels.end());
  }
  csv.set_weight_column(options.weight);
  for (const std::string& column : options.columns) {
    const size_t end = column.rfind('=');
    v1::CsvColumn& said = *csv.add_columns();
    said.set_name(column.substr(0, end));
    v1::Column::Kind kind = v1::Column::KIND_UNSPECIFIED;
    v1::Column::Kind_Parse(absl::AsciiStrToUpper(column.substr(end + 1)), &kind);
    said.set_kind(kind);
  }
  return format;
}

// The same for the same command as long as the files are untouched: by it the server knows an upload that was stopped.
std::string RequestIdFor(const v1::CreateUploadRequest& request, const std::vector<std::string>& paths) {
  Sha256 hash;
  hash.Add(request.SerializeAsString());
  for (const std::string& path : paths) {
    struct stat file;
    if (stat(path.c_str(), &file) != 0 || !S_ISREG(file.st_mode)) return "";
    hash.Add(absl::StrCat("\n", file.st_dev, " ", file.st_ino, " ", file.st_size, " ", file.st_mtim.tv_sec, ".",
                          file.st_mtim.tv_nsec));
  }
  return "trainctl-" + hash.Hex();
}

// `source` is what `request` is of, and lies in `paths`.
int Upload(const Session& session, v1::CreateUploadRequest request, const std::vector<std::string>& paths,
           ByteSource source) {
  const std::string action =
      absl::StrCat("create dataset ", request.dataset_id(), " from ", absl::StrJoin(paths, ", "));
  if (request.size_bytes() == 0) return Fail(session, action, "", absl::InvalidArgumentError(paths[0] + " is empty"));
  if (request.request_id().empty() && request.size_bytes() > kLargeBytes) {
    request.set_request_id(RequestIdFor(request, paths));
  }
  InterruptListener interrupt;
  UploadProgress progress(std::cerr, StderrTerminal().redraws);
  absl::StatusOr<v1::Dataset> dataset = session.Connect().CreateDatasetFrom(
      request, source,
      {.stop = interrupt.token(), .on_progress = [&](int64_t sent, int64_t size) { progress.Show(sent, size); }});
  progress.Close();
  if (absl::IsCancelled(dataset.status()) && interrupt.token().stop_requested()) {
    std::cerr << "trainctl: stopped with " << FormatBytes(progress.sent()) << " of "
              << FormatBytes(request.size_bytes()) << " sent; the same command goes on from there\n";
    return kInterrupted;
  }
  if (!dataset.ok()) return Fail(session, action, kGroup, dataset.status());
  Print(session, *dataset);
  if (session.output == OutputFormat::kTable) PrintWarnings(*dataset);
  return kSuccess;
}

int CreateFromNpy(const Session& session, const CreateOptions& options, v1::CreateUploadRequest request) {
  absl::StatusOr<NpyTable> table = NpyTable::Open(options.npy, options.task);
  if (!table.ok()) return Fail(session, absl::StrCat("create dataset ", options.id), "", table.status());
  *request.mutable_format() = table->format();
  request.set_size_bytes(table->size());
  std::vector<std::string> paths = {options.npy.features, options.npy.labels};
  if (!options.npy.weights.empty()) paths.push_back(options.npy.weights);
  return Upload(session, std::move(request), paths,
                [&](int64_t offset, absl::Span<char> span) { return table->Read(offset, span); });
}

int Create(const Session& session, const CreateOptions& options) {
  v1::CreateUploadRequest request;
  request.set_dataset_id(options.id);
  request.set_request_id(options.request_id);
  request.set_tenant(options.tenant);
  if (!options.npy.features.empty()) return CreateFromNpy(session, options, std::move(request));
  *request.mutable_format() = CsvFormat(options);
  absl::StatusOr<std::unique_ptr<FileSource>> file = FileSource::Open(options.csv);
  if (!file.ok()) {
    return Fail(session, absl::StrCat("create dataset ", options.id, " from ", options.csv), "", file.status());
  }
  request.set_size_bytes((*file)->size());
  return Upload(session, std::move(request), {options.csv},
                [&](int64_t offset, absl::Span<char> span) { return (*file)->Read(offset, span); });
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
  CLI::App* create = group.add_subcommand("create", "Upload a CSV file, or arrays of NumPy");
  create->add_option("NAME", options->id, "What to call it: small letters, digits and hyphens")
      ->required()
      ->transform(ResourceId(kCollection));
  CLI::Option* csv =
      create->add_option("--csv", options->csv, "The file: a header line of names, then a row in each line")
          ->type_name("FILE");
  create
      ->add_option("--label", options->labels,
                   "The column that holds the label; give it several times to learn several numbers a row")
      ->needs(csv)
      ->allow_extra_args(false)
      ->check(Utf8())
      ->type_name("COLUMN");
  create
      ->add_option("--weight", options->weight,
                   "The column that says how much each row counts, 0 or more (default: none)")
      ->needs(csv)
      ->check(Utf8())
      ->type_name("COLUMN");
  CLI::Option* npy =
      create->add_option("--npy", options->npy.features, "Instead of a CSV: a .npy file of rows of features")
          ->excludes(csv)
          ->type_name("FILE");
  CLI::Option* labels =
      create->add_option("--labels-npy", options->npy.labels, "Its labels: a .npy file of a number a row")
          ->needs(npy)
          ->type_name("FILE");
  npy->needs(labels);
  create->add_option("--weights-npy", options->npy.weights, "How much each row counts, 0 or more (default: 1 each)")
      ->needs(npy)
      ->type_name("FILE");
  create
      ->add_option("--column", options->columns,
                   "What a column holds, where it should not be judged by its values: numeric, categorical, ignore, "
                   "label or weight; give it once a column")
      ->needs(csv)
      ->allow_extra_args(false)
      ->check(Utf8())
      ->check(CLI::Validator(
          [](std::string& value) {
            const size_t end = value.rfind('=');
            const std::string kind = end == 0 || end == value.npos ? "" : value.substr(end + 1);
            for (const char* known : {"numeric", "categorical", "ignore", "label", "weight"}) {
              if (kind == known) return std::string();
            }
            return "is '" + value + "'; must be NAME=numeric, =categorical, =ignore, =label or =weight";
          },
          ""))
      ->type_name("NAME=TYPE");
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
  create->add_option("--tenant", options->tenant, "Whose dataset it is (default)")->check(Utf8())->type_name("ID");
  create->footer(
      "\nNumbers, texts and missing values are told apart by the server, which warns of columns that it leaves out.\n"
      "\nA larger file that did not come through goes on where it stopped when the same command is run again.\n"
      "\nExamples:\n  trainctl dataset create digits --csv examples/digits.csv --label label\n"
      "  trainctl dataset create shop --csv shop.csv --label sold --column postcode=categorical --column note=ignore\n"
      "  trainctl dataset create images --npy x.npy --labels-npy y.npy");
  create->callback([&session, options] {
    if (options->csv.empty() && options->npy.features.empty()) throw CLI::RequiredError("--csv or --npy");
    session.run = [&session, options] { return Create(session, *options); };
  });
}

}  // namespace

void AddDatasetCommands(CLI::App& app, Session& session) {
  CLI::App* group = app.add_subcommand("dataset", "Tables with a label for each row");
  group->require_subcommand(1);
  group->footer("\nExample:\n  trainctl dataset list");
  AddCreate(*group, session);
  CLI::App* list = group->add_subcommand("list", "List all datasets by name");
  list->footer("\nExample:\n  trainctl dataset list -o json");
  list->callback([&session] { session.run = [&session] { return List(session); }; });
  AddNamed(*group, session, kCollection,
           {"describe", "Show the columns of a dataset and their figures", "trainctl dataset describe digits"},
           Describe);
  AddNamed(*group, session, kCollection, {"get", "Show a dataset", "trainctl dataset get digits"}, Get);
  AddNamed(*group, session, kCollection,
           {"delete", "Delete a dataset that no running job uses", "trainctl dataset delete digits"}, Delete);
}

}  // namespace traind::client
