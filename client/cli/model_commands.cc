#include "client/cli/model_commands.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/errors.h"
#include "client/cli/export_command.h"
#include "client/cli/metric_tables.h"
#include "client/cli/named_command.h"
#include "client/cli/output.h"
#include "client/cli/predict_command.h"
#include "client/cli/table.h"

namespace traind::client {
namespace {

constexpr char kCollection[] = "models";
constexpr char kGroup[] = "model";

int List(const Session& session) {
  Table table({{"NAME"},
               {"DATASET"},
               {"PARAMETERS", true},
               {"LOSS", true},
               {"ACCURACY", true},
               {"VAL_LOSS", true},
               {"VAL_ACCURACY", true},
               {"CREATED"}});
  absl::Status status = session.Connect().ForEachModel([&](const v1::Model& model) {
    if (session.output == OutputFormat::kJson) {
      PrintJsonLine(std::cout, model);
      return true;
    }
    auto metric = [&](const char* name) {
      auto found = model.metrics().find(name);
      return found == model.metrics().end() ? std::string() : FormatMetric(found->second);
    };
    table.Add({model.name(), model.dataset(), absl::StrCat(model.parameter_count()), metric("loss"), metric("accuracy"),
               metric("val_loss"), metric("val_accuracy"), FormatTime(model.create_time())});
    return true;
  });
  if (!status.ok()) return Fail(session, "list models", kGroup, status);
  if (session.output == OutputFormat::kTable) table.Print(std::cout);
  return kSuccess;
}

int Get(const Session& session, const std::string& name) {
  absl::StatusOr<v1::Model> model = session.Connect().GetModel(name);
  if (!model.ok()) return Fail(session, "get " + name, kGroup, model.status());
  if (session.output == OutputFormat::kJson) {
    PrintJson(std::cout, *model);
    return kSuccess;
  }
  Facts facts;
  facts.Add("name", model->name());
  facts.Add("job", model->training_job());
  facts.Add("dataset", model->dataset());
  facts.Add("dataset sha256", model->dataset_sha256());
  facts.Add("validation dataset", model->validation_dataset());
  facts.Add("validation sha256", model->validation_dataset_sha256());
  facts.Add("task", v1::Dataset::Task_Name(model->task()));
  facts.Add("features", absl::StrCat(model->feature_names_size()));
  facts.Add("classes", absl::StrJoin(model->class_names(), ", "));
  facts.Add("targets", absl::StrJoin(model->target_names(), ", "));
  for (const auto& [metric, value] : InOrder(model->metrics())) facts.Add(metric, FormatMetric(value));
  facts.Add("parameters", absl::StrCat(model->parameter_count()));
  facts.Add("weights sha256", model->weights_sha256());
  facts.Add("threads", absl::StrCat(model->threads()));
  facts.Add("precision", v1::TrainingSpec::Precision_Name(model->precision()));
  facts.Add("oneDNN", model->onednn_version());
  facts.Add("created", FormatTime(model->create_time()));
  facts.Print(std::cout);
  PrintMetricTables(std::cout, model->metric_tables(), model->class_names());
  return kSuccess;
}

int Delete(const Session& session, const std::string& name) {
  return ReportDelete(session, name, kGroup, session.Connect().DeleteModel(name));
}

}  // namespace

void AddModelCommands(CLI::App& app, Session& session) {
  CLI::App* group = app.add_subcommand("model", "What the jobs that succeeded left");
  group->require_subcommand(1);
  group->footer("\nExample:\n  trainctl model list");
  CLI::App* list = group->add_subcommand("list", "List all models, the newest first");
  list->footer("\nExample:\n  trainctl model list -o json");
  list->callback([&session] { session.run = [&session] { return List(session); }; });
  AddNamed(*group, session, kCollection, {"get", "Show a model", "trainctl model get first"}, Get);
  AddNamed(*group, session, kCollection, {"delete", "Delete a model; its job stays", "trainctl model delete first"},
           Delete);
  AddPredictCommand(*group, session);
  AddExportCommand(*group, session);
}

}  // namespace traind::client
