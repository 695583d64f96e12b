// A traind with one dataset, a few jobs and one model, on a loopback port.
#ifndef TRAIND_TESTS_CLIENT_CLI_FAKE_TRAIND_H_
#define TRAIND_TESTS_CLIENT_CLI_FAKE_TRAIND_H_

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/client/loopback_server.h"
#include "traind/v1/dataset_service.grpc.pb.h"
#include "traind/v1/model_service.grpc.pb.h"
#include "traind/v1/training_service.grpc.pb.h"

namespace traind::client {

inline grpc::Status NotFound(const std::string& name) { return {grpc::StatusCode::NOT_FOUND, name + " is not there"}; }

// Of two classes.
inline v1::MetricTable Confusion() {
  v1::MetricTable table;
  for (double count : {70, 2, 3, 65}) table.add_values(count);
  table.set_columns(2);
  return table;
}

class FakeDatasets : public v1::DatasetService::Service {
 public:
  grpc::Status CreateDataset(grpc::ServerContext*, const v1::CreateDatasetRequest* request,
                             v1::Dataset* dataset) override {
    created = *request;
    if (request->dataset_id() == "taken") return {grpc::StatusCode::ALREADY_EXISTS, "datasets/taken is there"};
    return Fill("datasets/" + request->dataset_id(), dataset);
  }

  grpc::Status GetDataset(grpc::ServerContext*, const v1::GetDatasetRequest* request, v1::Dataset* dataset) override {
    if (request->name() != "datasets/digits" && request->name() != "datasets/list") return NotFound(request->name());
    return Fill(request->name(), dataset);
  }

  grpc::Status ListDatasets(grpc::ServerContext*, const v1::ListDatasetsRequest* request,
                            v1::ListDatasetsResponse* response) override {
    bool first = request->page_token().empty();
    Fill(first ? "datasets/digits" : "datasets/iris", response->add_datasets());
    if (first) response->set_next_page_token("iris");
    return grpc::Status::OK;
  }

  grpc::Status DeleteDataset(grpc::ServerContext*, const v1::DeleteDatasetRequest* request,
                             google::protobuf::Empty*) override {
    return request->name() == "datasets/digits" ? grpc::Status::OK : NotFound(request->name());
  }

  v1::CreateDatasetRequest created;

 private:
  static grpc::Status Fill(const std::string& name, v1::Dataset* dataset) {
    dataset->set_name(name);
    dataset->set_task(v1::Dataset::CLASSIFICATION);
    dataset->set_row_count(1797);
    dataset->set_feature_count(64);
    dataset->add_class_names("0");
    dataset->add_class_names("1");
    return grpc::Status::OK;
  }
};

// Jobs whose names say how they end: `succeeds`, `fails`, `cancelled`, `endless`; and `full`, which finds no room.
class FakeJobs : public v1::TrainingService::Service {
 public:
  grpc::Status CreateTrainingJob(grpc::ServerContext*, const v1::CreateTrainingJobRequest* request,
                                 v1::TrainingJob* job) override {
    created = *request;
    const std::string& id = request->training_job_id();
    if (request->training_job().dataset() != "datasets/digits") return NotFound(request->training_job().dataset());
    if (id == "invalid") return TwoFieldsAreInvalid();
    if (id == "full") {
      google::rpc::RetryInfo retry;
      retry.mutable_retry_delay()->set_seconds(5);
      return Refusal(grpc::StatusCode::RESOURCE_EXHAUSTED, "the queue is full", {&retry});
    }
    job->set_name("trainingJobs/" + id);
    job->set_dataset(request->training_job().dataset());
    if (!request->validate_only()) job->set_state(v1::TrainingJob::QUEUED);
    job->mutable_progress()->set_epochs(20);
    return grpc::Status::OK;
  }

  grpc::Status GetTrainingJob(grpc::ServerContext*, const v1::GetTrainingJobRequest* request,
                              v1::TrainingJob* job) override {
    job->set_name(request->name());
    job->set_dataset("datasets/digits");
    if (request->name() == "trainingJobs/succeeds") {
      job->set_state(v1::TrainingJob::SUCCEEDED);
      job->mutable_result()->set_model("models/succeeds");
      job->mutable_result()->set_train_seconds(0.41234);
      job->mutable_result()->set_precision(v1::TrainingSpec::BF16_MIXED);
      job->mutable_result()->set_weights_sha256("abcd");
      (*job->mutable_result()->mutable_metrics())["val_accuracy"] = 0.9833;
      (*job->mutable_result()->mutable_metric_tables())["val_confusion_matrix"] = Confusion();
    } else if (request->name() == "trainingJobs/fails") {
      job->set_state(v1::TrainingJob::FAILED);
      job->mutable_error()->set_reason(v1::TrainingError::DIVERGED);
      job->mutable_error()->set_message("the loss is NaN");
    } else if (request->name() == "trainingJobs/cancelled") {
      job->set_state(v1::TrainingJob::CANCELLED);
    } else if (request->name() == "trainingJobs/endless") {
      job->set_state(v1::TrainingJob::RUNNING);
    } else {
      return NotFound(request->name());
    }
    return grpc::Status::OK;
  }

  grpc::Status ListTrainingJobs(grpc::ServerContext*, const v1::ListTrainingJobsRequest*,
                                v1::ListTrainingJobsResponse* response) override {
    for (const char* name : {"trainingJobs/b", "trainingJobs/a"}) {
      v1::TrainingJob* job = response->add_training_jobs();
      job->set_name(name);
      job->set_state(v1::TrainingJob::QUEUED);
      job->mutable_progress()->set_epochs(20);
      job->set_threads(2);
      (*job->mutable_progress()->mutable_metrics())["val_loss"] = 0.75;
    }
    // The last epoch of `a` was not its best.
    (*response->mutable_training_jobs(1)->mutable_result()->mutable_metrics())["val_loss"] = 0.625;
    return grpc::Status::OK;
  }

  grpc::Status CancelTrainingJob(grpc::ServerContext*, const v1::CancelTrainingJobRequest* request,
                                 v1::TrainingJob* job) override {
    job->set_name(request->name());
    job->set_state(v1::TrainingJob::CANCELLING);
    return grpc::Status::OK;
  }

  grpc::Status PauseTrainingJob(grpc::ServerContext*, const v1::PauseTrainingJobRequest* request,
                                v1::TrainingJob* job) override {
    job->set_name(request->name());
    job->set_state(v1::TrainingJob::PAUSING);
    return grpc::Status::OK;
  }

  grpc::Status ResumeTrainingJob(grpc::ServerContext*, const v1::ResumeTrainingJobRequest* request,
                                 v1::TrainingJob* job) override {
    if (request->name() == "trainingJobs/endless") {
      return {grpc::StatusCode::FAILED_PRECONDITION, "trainingJobs/endless is CANCELLED and cannot be resumed"};
    }
    job->set_name(request->name());
    job->set_state(v1::TrainingJob::QUEUED);
    return grpc::Status::OK;
  }

  grpc::Status DeleteTrainingJob(grpc::ServerContext*, const v1::DeleteTrainingJobRequest* request,
                                 google::protobuf::Empty*) override {
    if (request->name() == "trainingJobs/endless") {
      return {grpc::StatusCode::FAILED_PRECONDITION, "trainingJobs/endless is RUNNING; cancel it first"};
    }
    return grpc::Status::OK;
  }

  // Three events, with one break after the second; `endless` then waits for the watcher to go.
  grpc::Status WatchTrainingJob(grpc::ServerContext* context, const v1::WatchTrainingJobRequest* request,
                                grpc::ServerWriter<v1::TrainingEvent>* writer) override {
    for (int64_t sequence = request->after_sequence() + 1; sequence <= 3; ++sequence) {
      v1::TrainingEvent event;
      event.set_sequence(sequence);
      event.mutable_event_time()->set_seconds(1'700'000'000 + sequence);
      if (sequence == 1) {
        event.mutable_state_changed()->set_state(v1::TrainingJob::RUNNING);
      } else {
        v1::TrainingProgress* progress = event.mutable_epoch_ended()->mutable_progress();
        progress->set_epoch(static_cast<int32_t>(sequence - 1));
        progress->set_epochs(2);
        progress->set_step((sequence - 1) * 45);
        progress->set_steps(90);
        (*progress->mutable_metrics())["loss"] = 0.5;
      }
      writer->Write(event);
      if (sequence == 2 && !broken_.exchange(true)) return {grpc::StatusCode::UNAVAILABLE, "restarting"};
    }
    watched = true;
    while (request->name() == "trainingJobs/endless" && !context->IsCancelled()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return grpc::Status::OK;
  }

  v1::CreateTrainingJobRequest created;
  std::atomic<bool> watched = false;

 private:
  std::atomic<bool> broken_ = false;
};

// `models/first` has the features a and b and says `yes` to rows whose a is above 0. It held out four rows and is
// wrong about one. `models/prices` predicts two numbers and held out one row.
class FakeModels : public v1::ModelService::Service {
 public:
  grpc::Status GetModel(grpc::ServerContext*, const v1::GetModelRequest* request, v1::Model* model) override {
    model->set_name(request->name());
    if (request->name() == "models/prices") {
      model->set_task(v1::Dataset::REGRESSION);
      for (const char* name : {"rent", "price"}) model->add_target_names(name);
      return grpc::Status::OK;
    }
    if (request->name() != "models/first" && request->name() != "models/succeeds") return NotFound(request->name());
    (*model->mutable_metric_tables())["val_confusion_matrix"] = Confusion();
    model->set_task(v1::Dataset::CLASSIFICATION);
    for (const char* name : {"a", "b"}) model->add_feature_names(name);
    for (const char* name : {"no", "yes"}) model->add_class_names(name);
    return grpc::Status::OK;
  }

  grpc::Status ListModels(grpc::ServerContext*, const v1::ListModelsRequest*,
                          v1::ListModelsResponse* response) override {
    response->add_models()->set_name("models/first");
    return grpc::Status::OK;
  }

  grpc::Status DeleteModel(grpc::ServerContext*, const v1::DeleteModelRequest* request,
                           google::protobuf::Empty*) override {
    return request->name() == "models/first" ? grpc::Status::OK : NotFound(request->name());
  }

  grpc::Status Predict(grpc::ServerContext*, const v1::PredictRequest* request,
                       v1::PredictResponse* response) override {
    if (request->name() == "models/prices") {
      auto* prediction = response->add_predictions();
      prediction->set_dataset_row(4);
      for (float value : {-1.23457e-05F, 3.5F}) prediction->add_values(value);
      for (float target : {0.0F, 3.0F}) prediction->add_targets(target);
      return grpc::Status::OK;
    }
    for (const auto& row : request->rows().rows()) Add(row.values(0) > 0, response);
    for (int i = 0; i < std::min(request->held_out_rows().limit(), 4); ++i) {
      auto* prediction = Add(i % 2 == 1, response);
      prediction->set_dataset_row(10 * i);
      prediction->set_label(i == 0 ? "no" : "yes");
    }
    return grpc::Status::OK;
  }

 private:
  static v1::PredictResponse::Prediction* Add(bool yes, v1::PredictResponse* response) {
    auto* prediction = response->add_predictions();
    prediction->set_class_index(yes ? 1 : 0);
    prediction->set_class_name(yes ? "yes" : "no");
    prediction->add_probabilities(yes ? 0.25F : 0.75F);
    prediction->add_probabilities(yes ? 0.75F : 0.25F);
    return prediction;
  }
};

struct FakeTraind {
  FakeDatasets datasets;
  FakeJobs jobs;
  FakeModels models;
  LoopbackServer server{&datasets, &jobs, &models};
};

}  // namespace traind::client

#endif  // TRAIND_TESTS_CLIENT_CLI_FAKE_TRAIND_H_
