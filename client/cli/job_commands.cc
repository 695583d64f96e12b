#include "client/cli/job_commands.h"

#include <iostream>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/errors.h"
#include "client/cli/interrupt.h"
#include "client/cli/metric_tables.h"
#include "client/cli/named_command.h"
#include "client/cli/option_checks.h"
#include "client/cli/output.h"
#include "client/cli/profile_table.h"
#include "client/cli/resource_name.h"
#include "client/cli/spec_file.h"
#include "client/cli/table.h"
#include "client/cli/watch.h"

namespace traind::client {
namespace {

constexpr char kCollection[] = "trainingJobs";
constexpr char kGroup[] = "job";

void Print(const Session& session, const v1::TrainingJob& job) {
  if (session.output == OutputFormat::kJson) return PrintJson(std::cout, job);
  Facts facts;
  facts.Add("name", job.name());
  facts.Add("state", v1::TrainingJob::State_Name(job.state()));
  facts.Add("dataset", job.dataset());
  facts.Add("validation dataset", job.validation_dataset());
  if (job.tenant() != "default") facts.Add("tenant", job.tenant());
  if (job.priority() != 0) facts.Add("priority", absl::StrCat(job.priority()));
  facts.Add("epoch", absl::StrCat(job.progress().epoch(), " of ", job.progress().epochs()));
  facts.Add("step", absl::StrCat(job.progress().step(), " of ", job.progress().steps()));
  for (const auto& [name, value] : InOrder(job.has_result() ? job.result().metrics() : job.progress().metrics())) {
    facts.Add(name, FormatMetric(value));
  }
  if (!job.has_result()) facts.Add("threads", absl::StrCat(job.threads()));
  AddOutcome(job, facts);
  facts.Add("created", FormatTime(job.create_time()));
  facts.Add("started", FormatTime(job.start_time()));
  facts.Add("ended", FormatTime(job.end_time()));
  facts.Print(std::cout);
}

struct CreateOptions {
  std::string id;
  std::string spec;
  std::string dataset;
  std::string validation_dataset;
  std::string request_id;
  std::string tenant;
  int32_t priority = 0;
  bool watch = false;
  bool validate_only = false;
};

int Create(const Session& session, const CreateOptions& options) {
  std::string action = absl::StrCat(options.validate_only ? "validate job" : "create job",
                                    options.id.empty() ? "" : " ", options.id, " from ", options.spec);
  absl::StatusOr<v1::TrainingSpec> spec = ReadSpecFile(options.spec);
  if (!spec.ok()) return Fail(session, action, "", spec.status());
  v1::CreateTrainingJobRequest request;
  request.set_training_job_id(options.id);
  request.set_request_id(options.request_id);
  request.set_validate_only(options.validate_only);
  request.mutable_training_job()->set_dataset(options.dataset);
  request.mutable_training_job()->set_validation_dataset(options.validation_dataset);
  request.mutable_training_job()->set_tenant(options.tenant);
  request.mutable_training_job()->set_priority(options.priority);
  *request.mutable_training_job()->mutable_spec() = *std::move(spec);

  // Before the first call: see InterruptListener.
  std::optional<InterruptListener> interrupt;
  if (options.watch) interrupt.emplace();
  Client client = session.Connect();
  absl::StatusOr<v1::TrainingJob> job = client.CreateTrainingJob(request);
  if (!job.ok()) {
    // What is not found is the dataset.
    return Fail(session, action, absl::IsNotFound(job.status()) ? "dataset" : kGroup, job.status());
  }
  if (options.watch) {
    if (session.output == OutputFormat::kTable)
      std::cout << Printable(job->name()) << " on " << Printable(job->dataset()) << std::endl;
    return WatchJob(session, client, *interrupt, job->name(), 0);
  }
  if (options.validate_only && session.output == OutputFormat::kTable) {
    std::cout << options.spec << " is valid for " << options.dataset << "\n";
  } else {
    Print(session, *job);
  }
  return kSuccess;
}

int List(const Session& session) {
  Table table({{"NAME"},
               {"STATE"},
               {"DATASET"},
               {"EPOCH", true},
               {"LOSS", true},
               {"ACCURACY", true},
               {"VAL_LOSS", true},
               {"VAL_ACCURACY", true},
               {"THREADS", true},
               {"SAMPLES/S", true},
               {"CREATED"}});
  absl::Status status = session.Connect().ForEachTrainingJob([&](const v1::TrainingJob& job) {
    if (session.output == OutputFormat::kJson) {
      PrintJsonLine(std::cout, job);
      return true;
    }
    const v1::TrainingProgress& progress = job.progress();
    // A job that ended shows what its model is worth: not its last epoch may have been kept.
    const auto& metrics = job.has_result() ? job.result().metrics() : progress.metrics();
    auto metric = [&](const char* name) {
      auto found = metrics.find(name);
      return found == metrics.end() ? std::string() : FormatMetric(found->second);
    };
    table.Add({job.name(), v1::TrainingJob::State_Name(job.state()), job.dataset(),
               absl::StrCat(progress.epoch(), "/", progress.epochs()), metric("loss"), metric("accuracy"),
               metric("val_loss"), metric("val_accuracy"), absl::StrCat(job.threads()),
               progress.samples_per_second() > 0 ? FormatRate(progress.samples_per_second()) : "",
               FormatTime(job.create_time())});
    return true;
  });
  if (!status.ok()) return Fail(session, "list jobs", kGroup, status);
  if (session.output == OutputFormat::kTable) table.Print(std::cout);
  return kSuccess;
}

int Get(const Session& session, const std::string& name) {
  Client client = session.Connect();
  absl::StatusOr<v1::TrainingJob> job = client.GetTrainingJob(name);
  if (!job.ok()) return Fail(session, "get " + name, kGroup, job.status());
  Print(session, *job);
  if (session.output == OutputFormat::kTable) {
    PrintMetricTables(std::cout, client, *job);
    PrintProfile(std::cout, job->result());
  }
  return kSuccess;
}

int Watch(const Session& session, const std::string& name, int64_t after_sequence) {
  InterruptListener interrupt;
  Client client = session.Connect();
  // A watch waits for a server that is away; a name or an address that is wrong should fail at once.
  absl::StatusOr<v1::TrainingJob> job = client.GetTrainingJob(name);
  if (!job.ok()) return Fail(session, "watch " + name, kGroup, job.status());
  return WatchJob(session, client, interrupt, name, after_sequence);
}

// Asks something of a job and shows the state in which it is then.
int Ask(const Session& session, const std::string& name, const char* what,
        absl::StatusOr<v1::TrainingJob> (Client::*call)(const std::string&) const) {
  const Client client = session.Connect();
  absl::StatusOr<v1::TrainingJob> job = (client.*call)(name);
  if (!job.ok()) return Fail(session, absl::StrCat(what, " ", name), kGroup, job.status());
  if (session.output == OutputFormat::kJson) {
    PrintJson(std::cout, *job);
  } else {
    std::cout << Printable(job->name()) << " is " << v1::TrainingJob::State_Name(job->state()) << "\n";
  }
  return kSuccess;
}

int Cancel(const Session& session, const std::string& name) {
  return Ask(session, name, "cancel", &Client::CancelTrainingJob);
}

int Pause(const Session& session, const std::string& name) {
  return Ask(session, name, "pause", &Client::PauseTrainingJob);
}

int Resume(const Session& session, const std::string& name) {
  return Ask(session, name, "resume", &Client::ResumeTrainingJob);
}

int Delete(const Session& session, const std::string& name) {
  return ReportDelete(session, name, kGroup, session.Connect().DeleteTrainingJob(name));
}

void AddCreate(CLI::App& group, Session& session) {
  auto options = std::make_shared<CreateOptions>();
  CLI::App* create = group.add_subcommand("create", "Submit a job");
  create
      ->add_option("NAME", options->id,
                   "What to call it and its model: small letters, digits and hyphens (default: the server's choice)")
      ->transform(ResourceId(kCollection));
  create->add_option("--spec", options->spec, "What to train: a .json, .yaml or .yml file")
      ->required()
      ->type_name("FILE");
  create->add_option("--dataset", options->dataset, "What to train on")
      ->required()
      ->transform(ResourceName("datasets"))
      ->type_name("NAME");
  create
      ->add_option("--validation-dataset", options->validation_dataset,
                   "What to validate on after each epoch, in place of a validation_split in the spec")
      ->transform(ResourceName("datasets"))
      ->type_name("NAME");
  CLI::Option* watch = create->add_flag("--watch", options->watch, "Follow the job to its end");
  create->add_flag("--validate-only", options->validate_only, "Check everything, start nothing")->excludes(watch);
  create->add_option("--request-id", options->request_id, "Makes a repeat of this command return the first result")
      ->check(Utf8())
      ->type_name("ID");
  create->add_option("--priority", options->priority, "Jobs of a higher one start first, -1000 to 1000 (0)")
      ->type_name("N");
  create->add_option("--tenant", options->tenant, "Whose job it is: tenants share the cores evenly (default)")
      ->check(Utf8())
      ->type_name("NAME");
  create->footer("\nExample:\n  trainctl job create first --spec examples/digits.json --dataset digits --watch");
  create->callback([&session, options] { session.run = [&session, options] { return Create(session, *options); }; });
}

void AddWatch(CLI::App& group, Session& session) {
  auto name = std::make_shared<std::string>();
  auto after = std::make_shared<int64_t>(0);
  CLI::App* watch = group.add_subcommand("watch", "Follow a job to its end; exit code 0 only if it SUCCEEDED");
  watch->add_option("NAME", *name, "NAME or trainingJobs/NAME")->required()->transform(ResourceName(kCollection));
  watch->add_option("--after-sequence", *after, "Only events after this one; 0: all")
      ->check(WholeNumberFrom(0))
      ->type_name("N");
  watch->footer("\nExample:\n  trainctl job watch first -o json --after-sequence 12");
  watch->callback(
      [&session, name, after] { session.run = [&session, name, after] { return Watch(session, *name, *after); }; });
}

}  // namespace

void AddJobCommands(CLI::App& app, Session& session) {
  CLI::App* group = app.add_subcommand("job", "Trainings of one network on one dataset");
  group->require_subcommand(1);
  group->footer("\nExample:\n  trainctl job list");
  AddCreate(*group, session);
  CLI::App* list = group->add_subcommand("list", "List all jobs, the newest first");
  list->footer("\nExample:\n  trainctl job list -o json");
  list->callback([&session] { session.run = [&session] { return List(session); }; });
  AddNamed(*group, session, kCollection, {"get", "Show a job", "trainctl job get first -o json"}, Get);
  AddWatch(*group, session);
  AddNamed(*group, session, kCollection, {"cancel", "Stop a job", "trainctl job cancel first"}, Cancel);
  AddNamed(*group, session, kCollection,
           {"pause", "Save a job's state and free its cores, till it is resumed", "trainctl job pause first"}, Pause);
  AddNamed(*group, session, kCollection,
           {"resume", "Queue a paused job, to go on where it was", "trainctl job resume first"}, Resume);
  AddNamed(*group, session, kCollection,
           {"delete", "Delete a job that has ended; its model stays", "trainctl job delete first"}, Delete);
}

}  // namespace traind::client
