#include "client/cli/watch.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/errors.h"
#include "client/cli/metric_tables.h"
#include "client/cli/output.h"
#include "client/cli/profile_table.h"
#include "client/cli/progress.h"
#include "client/cli/terminal.h"

namespace traind::client {
namespace {

int Interrupted(const std::string& name) {
  std::string id = name.substr(name.find('/') + 1);
  std::cerr << name << " goes on without this watch.\n"
            << "Watch it again: trainctl job watch " << id << "\n"
            << "Stop it:        trainctl job cancel " << id << "\n";
  return kInterrupted;
}

void PrintSummary(const Client& client, const v1::TrainingJob& job) {
  std::cout << Printable(job.name()) << " " << v1::TrainingJob::State_Name(job.state()) << "\n";
  Facts facts;
  for (const auto& [name, value] : InOrder(job.has_result() ? job.result().metrics() : job.progress().metrics())) {
    facts.Add(name, FormatMetric(value));
  }
  AddOutcome(job, facts);
  facts.Print(std::cout, "  ");
  PrintMetricTables(std::cout, client, job);
  PrintProfile(std::cout, job.result());
}

}  // namespace

void AddOutcome(const v1::TrainingJob& job, Facts& facts) {
  if (job.has_result()) {
    const v1::TrainingResult& result = job.result();
    facts.Add("ended by", result.stop_reason() == v1::TrainingResult::EPOCHS_DONE
                              ? ""
                              : absl::StrCat(v1::TrainingResult::StopReason_Name(result.stop_reason()), " in epoch ",
                                             result.epochs()));
    facts.Add("weights of epoch", result.best_epoch() == 0 ? "" : absl::StrCat(result.best_epoch()));
    facts.Add("train_seconds", absl::StrFormat("%.3f", job.result().train_seconds()));
    facts.Add("samples/s", FormatRate(job.result().samples_per_second()));
    facts.Add("threads", absl::StrCat(job.result().threads()));
    facts.Add("precision", v1::TrainingSpec::Precision_Name(job.result().precision()));
    facts.Add("model", job.result().model());
    facts.Add("weights sha256", job.result().weights_sha256());
  }
  if (job.has_error()) {
    facts.Add("error", absl::StrCat(v1::TrainingError::Reason_Name(job.error().reason()), " after step ",
                                    job.error().step(), ": ", job.error().message()));
  }
}

int WatchJob(const Session& session, const Client& client, const InterruptListener& interrupt, const std::string& name,
             int64_t after_sequence) {
  if (!std::cout) return kFailure;
  ProgressDisplay display(std::cout, StdoutTerminal(), StdoutWidth);
  std::stop_source stop;
  std::stop_callback on_interrupt(interrupt.token(), [&] { stop.request_stop(); });
  WatchOptions options;
  options.stop = stop.get_token();
  absl::Status status = client.WatchTrainingJob(
      name, after_sequence,
      [&](const v1::TrainingEvent& event) {
        if (session.output == OutputFormat::kTable) {
          display.Show(event);
        } else {
          PrintJsonLine(std::cout, event);
        }
        if (!std::cout.flush()) stop.request_stop();
      },
      options);
  display.Close();
  if (!std::cout) return kFailure;
  if (!status.ok() && interrupt.token().stop_requested()) return Interrupted(name);
  if (!status.ok()) return Fail(session, "watch " + name, "job", status);

  absl::StatusOr<v1::TrainingJob> job = client.GetTrainingJob(name);
  if (!job.ok()) return Fail(session, "get " + name, "job", job.status());
  if (session.output == OutputFormat::kTable) PrintSummary(client, *job);
  if (job->state() == v1::TrainingJob::SUCCEEDED) return kSuccess;
  std::cout.flush();
  std::cerr << "trainctl: " << name << " ended " << v1::TrainingJob::State_Name(job->state());
  if (job->has_error()) std::cerr << ": " << Printable(job->error().message());
  std::cerr << "\n";
  return kJobNotSucceeded;
}

}  // namespace traind::client
