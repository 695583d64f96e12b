#include "tests/benchmarks/digits_service.h"

#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace traind {

DigitsService::DigitsService(const std::string& data_dir, const std::vector<std::string>& flags)
    : start_(absl::Now()), process_(data_dir, flags), start_time_(absl::Now() - start_), client_(process_.Connect()) {
  if (client_.GetDataset("datasets/digits").ok()) return;
  v1::CreateDatasetRequest request;
  request.set_dataset_id("digits");
  request.mutable_format()->mutable_csv()->set_label_column("label");
  request.set_data(ReadSourceFile("examples/digits.csv"));
  status_ = client_.CreateDataset(request).status();
}

double DigitsService::resident_megabytes() const {
  int64_t pages = 0;
  int64_t resident = 0;
  std::ifstream(absl::StrCat("/proc/", process_.pid(), "/statm")) >> pages >> resident;
  return static_cast<double>(resident * sysconf(_SC_PAGESIZE)) / 1e6;
}

v1::CreateTrainingJobRequest DigitsService::Job(int epochs) {
  static const v1::TrainingSpec* const kSpec = [] {
    auto* spec = new v1::TrainingSpec;
    (void)google::protobuf::util::JsonStringToMessage(ReadSourceFile("examples/digits.json"), spec);
    return spec;
  }();
  v1::CreateTrainingJobRequest request;
  request.mutable_training_job()->set_dataset("datasets/digits");
  *request.mutable_training_job()->mutable_spec() = *kSpec;
  request.mutable_training_job()->mutable_spec()->set_epochs(epochs);
  return request;
}

absl::Status DigitsService::WaitForSuccess(const std::string& name) const {
  v1::TrainingJob::State last = v1::TrainingJob::STATE_UNSPECIFIED;
  absl::Status watched = client_.WatchTrainingJob(name, 0, [&last](const v1::TrainingEvent& event) {
    if (event.has_state_changed()) last = event.state_changed().state();
  });
  if (!watched.ok() || last == v1::TrainingJob::SUCCEEDED) return watched;
  return absl::InternalError(absl::StrCat(name, " ended ", v1::TrainingJob::State_Name(last)));
}

absl::StatusOr<double> DigitsService::Train(int epochs) const {
  absl::StatusOr<v1::TrainingJob> job = client_.CreateTrainingJob(Job(epochs));
  if (!job.ok()) return job.status();
  if (absl::Status ended = WaitForSuccess(job->name()); !ended.ok()) return ended;
  job = client_.GetTrainingJob(job->name());
  if (!job.ok()) return job.status();
  return job->result().train_seconds();
}

}  // namespace traind
