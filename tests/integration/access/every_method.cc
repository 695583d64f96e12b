#include "tests/integration/access/every_method.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

namespace traind {
namespace {

// A method that takes one request and answers once.
template <typename Stub, typename Request, typename Response>
MethodCall Unary(const std::string& method, const std::string& least_role, About about,
                 Stub& (ServiceStubs::*service)(),
                 grpc::Status (Stub::*call)(grpc::ClientContext*, const Request&, Response*),
                 std::function<void(Request&, const Targets&)> fill) {
  return {method, least_role, about, [=](ServiceStubs& stubs, const Targets& targets) {
            Request request;
            fill(request, targets);
            Response response;
            return ((stubs.*service)().*call)(stubs.NewContext(), request, &response);
          }};
}

grpc::Status Write(ServiceStubs& stubs, const Targets& targets) {
  v1::Upload response;
  auto writer = stubs.datasets().WriteUpload(stubs.NewContext(), &response);
  v1::WriteUploadRequest request;
  request.set_name("uploads/" + targets.upload);
  request.set_data("y,x\n");
  writer->Write(request);
  writer->WritesDone();
  return writer->Finish();
}

grpc::Status Watch(ServiceStubs& stubs, const Targets& targets) {
  v1::WatchTrainingJobRequest request;
  request.set_name("trainingJobs/" + targets.job);
  auto reader = stubs.training().WatchTrainingJob(stubs.NewContext(), request);
  int events = 0;
  for (v1::TrainingEvent event; reader->Read(&event); ++events) {
  }
  const grpc::Status status = reader->Finish();
  EXPECT_EQ(status.ok(), events > 0);
  return status;
}

grpc::Status Export(ServiceStubs& stubs, const Targets& targets) {
  v1::ExportModelRequest request;
  request.set_name("models/" + targets.job);
  request.set_format(v1::ExportModelRequest::SAFETENSORS);
  auto reader = stubs.models().ExportModel(stubs.NewContext(), request);
  int parts = 0;
  for (v1::ExportModelResponse part; reader->Read(&part); ++parts) {
  }
  const grpc::Status status = reader->Finish();
  EXPECT_EQ(status.ok(), parts > 0);
  return status;
}

template <typename Request>
std::function<void(Request&, const Targets&)> Named(const std::string& collection, std::string Targets::*id) {
  return [=](Request& request, const Targets& targets) { request.set_name(collection + "/" + targets.*id); };
}

void Append(std::vector<MethodCall>& calls, std::vector<MethodCall> more) {
  for (MethodCall& call : more) calls.push_back(std::move(call));
}

std::vector<MethodCall> Datasets() {
  using Stub = v1::DatasetService::Stub;
  const auto service = &ServiceStubs::datasets;
  const std::string name = "traind.v1.DatasetService/";
  return {
      Unary<Stub, v1::CreateDatasetRequest, v1::Dataset>(
          name + "CreateDataset", "trainer", About::kCreate, service, &Stub::CreateDataset,
          [](auto& request, const Targets&) {
            request.set_dataset_id("made-by-them");
            request.mutable_format()->mutable_csv()->set_label_column("y");
            request.set_data("x,y\n1,a\n2,b\n");
          }),
      Unary<Stub, v1::CreateUploadRequest, v1::Upload>(name + "CreateUpload", "trainer", About::kCreate, service,
                                                       &Stub::CreateUpload,
                                                       [](auto& request, const Targets&) {
                                                         request.set_dataset_id("made-by-them-too");
                                                         request.mutable_format()->mutable_csv()->set_label_column("y");
                                                         request.set_size_bytes(10);
                                                       }),
      Unary<Stub, v1::GetUploadRequest, v1::Upload>(name + "GetUpload", "reader", About::kOneResource, service,
                                                    &Stub::GetUpload,
                                                    Named<v1::GetUploadRequest>("uploads", &Targets::upload)),
      {name + "WriteUpload", "trainer", About::kOneResource, Write},
      Unary<Stub, v1::CommitUploadRequest, v1::Dataset>(name + "CommitUpload", "trainer", About::kOneResource, service,
                                                        &Stub::CommitUpload,
                                                        Named<v1::CommitUploadRequest>("uploads", &Targets::upload)),
      Unary<Stub, v1::GetDatasetRequest, v1::Dataset>(name + "GetDataset", "reader", About::kOneResource, service,
                                                      &Stub::GetDataset,
                                                      Named<v1::GetDatasetRequest>("datasets", &Targets::dataset)),
      Unary<Stub, v1::ListDatasetsRequest, v1::ListDatasetsResponse>(
          name + "ListDatasets", "reader", About::kList, service, &Stub::ListDatasets, [](auto&, const Targets&) {}),
  };
}

std::vector<MethodCall> Jobs() {
  using Stub = v1::TrainingService::Stub;
  const auto service = &ServiceStubs::training;
  const std::string name = "traind.v1.TrainingService/";
  return {
      // Of somebody's dataset, so that it is about that one.
      {name + "CreateTrainingJob", "trainer", About::kOneResource,
       [](ServiceStubs& stubs, const Targets& targets) {
         v1::CreateTrainingJobRequest request = stubs.DigitsJob("made-by-them");
         request.mutable_training_job()->set_dataset("datasets/" + targets.dataset);
         request.set_validate_only(true);
         v1::TrainingJob job;
         return stubs.training().CreateTrainingJob(stubs.NewContext(), request, &job);
       }},
      Unary<Stub, v1::GetTrainingJobRequest, v1::TrainingJob>(
          name + "GetTrainingJob", "reader", About::kOneResource, service, &Stub::GetTrainingJob,
          Named<v1::GetTrainingJobRequest>("trainingJobs", &Targets::job)),
      Unary<Stub, v1::ListTrainingJobsRequest, v1::ListTrainingJobsResponse>(
          name + "ListTrainingJobs", "reader", About::kList, service, &Stub::ListTrainingJobs,
          [](auto&, const Targets&) {}),
      {name + "WatchTrainingJob", "reader", About::kOneResource, Watch},
      Unary<Stub, v1::CancelTrainingJobRequest, v1::TrainingJob>(
          name + "CancelTrainingJob", "trainer", About::kOneResource, service, &Stub::CancelTrainingJob,
          Named<v1::CancelTrainingJobRequest>("trainingJobs", &Targets::job)),
      Unary<Stub, v1::PauseTrainingJobRequest, v1::TrainingJob>(
          name + "PauseTrainingJob", "trainer", About::kOneResource, service, &Stub::PauseTrainingJob,
          Named<v1::PauseTrainingJobRequest>("trainingJobs", &Targets::job)),
      Unary<Stub, v1::ResumeTrainingJobRequest, v1::TrainingJob>(
          name + "ResumeTrainingJob", "trainer", About::kOneResource, service, &Stub::ResumeTrainingJob,
          Named<v1::ResumeTrainingJobRequest>("trainingJobs", &Targets::job)),
  };
}

std::vector<MethodCall> Models() {
  using Stub = v1::ModelService::Stub;
  const auto service = &ServiceStubs::models;
  const std::string name = "traind.v1.ModelService/";
  return {
      Unary<Stub, v1::GetModelRequest, v1::Model>(name + "GetModel", "reader", About::kOneResource, service,
                                                  &Stub::GetModel, Named<v1::GetModelRequest>("models", &Targets::job)),
      Unary<Stub, v1::ListModelsRequest, v1::ListModelsResponse>(name + "ListModels", "reader", About::kList, service,
                                                                 &Stub::ListModels, [](auto&, const Targets&) {}),
      Unary<Stub, v1::PredictRequest, v1::PredictResponse>(name + "Predict", "reader", About::kOneResource, service,
                                                           &Stub::Predict,
                                                           [](v1::PredictRequest& request, const Targets& targets) {
                                                             request.set_name("models/" + targets.job);
                                                             request.mutable_held_out_rows()->set_limit(1);
                                                           }),
      {name + "ExportModel", "reader", About::kOneResource, Export},
  };
}

std::vector<MethodCall> Deletions() {
  using google::protobuf::Empty;
  return {
      Unary<v1::ModelService::Stub, v1::DeleteModelRequest, Empty>(
          "traind.v1.ModelService/DeleteModel", "trainer", About::kOneResource, &ServiceStubs::models,
          &v1::ModelService::Stub::DeleteModel, Named<v1::DeleteModelRequest>("models", &Targets::job)),
      Unary<v1::TrainingService::Stub, v1::DeleteTrainingJobRequest, Empty>(
          "traind.v1.TrainingService/DeleteTrainingJob", "trainer", About::kOneResource, &ServiceStubs::training,
          &v1::TrainingService::Stub::DeleteTrainingJob,
          Named<v1::DeleteTrainingJobRequest>("trainingJobs", &Targets::job)),
      Unary<v1::DatasetService::Stub, v1::DeleteUploadRequest, Empty>(
          "traind.v1.DatasetService/DeleteUpload", "trainer", About::kOneResource, &ServiceStubs::datasets,
          &v1::DatasetService::Stub::DeleteUpload, Named<v1::DeleteUploadRequest>("uploads", &Targets::upload)),
      Unary<v1::DatasetService::Stub, v1::DeleteDatasetRequest, Empty>(
          "traind.v1.DatasetService/DeleteDataset", "trainer", About::kOneResource, &ServiceStubs::datasets,
          &v1::DatasetService::Stub::DeleteDataset, Named<v1::DeleteDatasetRequest>("datasets", &Targets::dataset)),
  };
}

}  // namespace

const std::vector<MethodCall>& EveryMethod() {
  static const auto* const kCalls = [] {
    auto* calls = new std::vector<MethodCall>(Datasets());
    Append(*calls, Jobs());
    Append(*calls, Models());
    Append(*calls, Deletions());
    return calls;
  }();
  return *kCalls;
}

std::vector<std::string> MethodsOfTheContract() {
  std::vector<std::string> names;
  for (const google::protobuf::FileDescriptor* file :
       {v1::GetDatasetRequest::descriptor()->file(), v1::GetTrainingJobRequest::descriptor()->file(),
        v1::GetModelRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        names.push_back(absl::StrCat(file->service(s)->full_name(), "/", file->service(s)->method(m)->name()));
      }
    }
  }
  return names;
}

}  // namespace traind
