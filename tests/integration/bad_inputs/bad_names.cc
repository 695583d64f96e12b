// Every call that takes a name, with names that cannot be and names of nothing; pages that do not exist.
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/integration/bad_inputs/bad_input.h"

namespace traind {
namespace {

struct NamedCall {
  std::string method;
  std::string collection;
  std::function<grpc::Status(BadInputServer&, const std::string& name)> call;
};

template <typename Stub, typename Request, typename Response>
NamedCall Unary(const char* method, const char* collection, Stub& (ServiceStubs::*stub)(),
                grpc::Status (Stub::*call)(grpc::ClientContext*, const Request&, Response*)) {
  return {method, collection, [=](BadInputServer& server, const std::string& name) {
            Request request;
            request.set_name(name);
            Response response;
            return ((server.stubs().*stub)().*call)(server.stubs().NewContext(), request, &response);
          }};
}

std::vector<NamedCall> NamedCalls() {
  using Datasets = v1::DatasetService::Stub;
  using Training = v1::TrainingService::Stub;
  using Models = v1::ModelService::Stub;
  return {
      Unary("GetDataset", "datasets", &ServiceStubs::datasets, &Datasets::GetDataset),
      Unary("DeleteDataset", "datasets", &ServiceStubs::datasets, &Datasets::DeleteDataset),
      Unary("GetUpload", "uploads", &ServiceStubs::datasets, &Datasets::GetUpload),
      Unary("CommitUpload", "uploads", &ServiceStubs::datasets, &Datasets::CommitUpload),
      Unary("DeleteUpload", "uploads", &ServiceStubs::datasets, &Datasets::DeleteUpload),
      {"WriteUpload", "uploads",
       [](BadInputServer& server, const std::string& name) { return server.Write({ChunkOf(name, 0, "x")}); }},
      Unary("GetTrainingJob", "trainingJobs", &ServiceStubs::training, &Training::GetTrainingJob),
      Unary("CancelTrainingJob", "trainingJobs", &ServiceStubs::training, &Training::CancelTrainingJob),
      Unary("PauseTrainingJob", "trainingJobs", &ServiceStubs::training, &Training::PauseTrainingJob),
      Unary("ResumeTrainingJob", "trainingJobs", &ServiceStubs::training, &Training::ResumeTrainingJob),
      Unary("DeleteTrainingJob", "trainingJobs", &ServiceStubs::training, &Training::DeleteTrainingJob),
      {"WatchTrainingJob", "trainingJobs",
       [](BadInputServer& server, const std::string& name) { return server.Watch(name, 0); }},
      Unary("GetModel", "models", &ServiceStubs::models, &Models::GetModel),
      Unary("DeleteModel", "models", &ServiceStubs::models, &Models::DeleteModel),
      Unary("Predict", "models", &ServiceStubs::models, &Models::Predict),
  };
}

struct BadName {
  int number;
  const char* what;
  std::string name;
};

std::vector<BadName> NamesThatCannotBe(const std::string& collection) {
  return {
      {28, "NoName", ""},
      {28, "IdAlone", "digits"},
      {28, "NoId", collection + "/"},
      {28, "AnotherCollection", "things/digits"},
      {28, "SlashesAlone", "//"},
      {17, "Climbing", collection + "/../digits"},
      {17, "IdWithSlash", collection + "/a/b"},
      {17, "IdWithNul", absl::StrCat(collection, "/a", std::string(1, '\0'), "b")},
      {17, "IdUpperCase", collection + "/Digits"},
      {17, "IdTooLong", absl::StrCat(collection, "/", std::string(64, 'a'))},
      {17, "IdWithControlCharacter", collection + "/a\nb"},
      {17, "IdBidirectional", collection + "/a\u202eb"},
  };
}

void AddNames(const NamedCall& named, std::vector<BadInput>& rows) {
  for (const BadName& bad : NamesThatCannotBe(named.collection)) {
    rows.push_back({.number = bad.number,
                    .name = absl::StrCat(named.method, bad.what),
                    .send = [call = named.call, name = bad.name](BadInputServer& server) { return call(server, name); },
                    .fields = {"name"}});
  }
  // DeleteModel and the like never say more of a job's model than that it is not there.
  const std::string unknown = named.collection + "/u0";
  rows.push_back({.number = 46,
                  .name = named.method + "Unknown",
                  .send = [call = named.call, unknown](BadInputServer& server) { return call(server, unknown); },
                  .code = Code::NOT_FOUND,
                  .message = unknown});
}

template <typename Request, typename Response, typename Stub>
std::vector<BadInput> BadPages(const char* method, Stub& (ServiceStubs::*stub)(),
                               grpc::Status (Stub::*list)(grpc::ClientContext*, const Request&, Response*)) {
  const auto ask = [=](BadInputServer& server, int size, const std::string& token) {
    Request request;
    request.set_page_size(size);
    request.set_page_token(token);
    Response response;
    return ((server.stubs().*stub)().*list)(server.stubs().NewContext(), request, &response);
  };
  const auto row = [=](const char* what, int size, std::string token, std::vector<std::string> fields) {
    return BadInput{.number = 27,
                    .name = absl::StrCat(method, what),
                    .send = [=](BadInputServer& server) { return ask(server, size, token); },
                    .fields = std::move(fields)};
  };
  return {
      row("PageNegative", -1, "", {"page_size"}),
      row("TokenOfNobody", 0, "nonsense", {"page_token"}),
      row("TokenWithNul", 0, std::string("a\0b", 3), {"page_token"}),
      row("PageAndToken", -1, "nonsense", {"page_size", "page_token"}),
  };
}

// Returns how a page of `Request` is answered to the token of a page of datasets.
template <typename Request, typename Response, typename Stub>
grpc::Status GoOnFromDatasets(BadInputServer& server, Stub& (ServiceStubs::*stub)(),
                              grpc::Status (Stub::*list)(grpc::ClientContext*, const Request&, Response*)) {
  v1::ListDatasetsRequest datasets;
  datasets.set_page_size(1);
  v1::ListDatasetsResponse page;
  ServiceStubs& stubs = server.stubs();
  EXPECT_TRUE(stubs.Ok(stubs.datasets().ListDatasets(stubs.NewContext(), datasets, &page)));
  EXPECT_FALSE(page.next_page_token().empty());
  Request request;
  request.set_page_token(page.next_page_token());
  Response response;
  return ((stubs.*stub)().*list)(stubs.NewContext(), request, &response);
}

}  // namespace

std::vector<BadInput> BadNames() {
  using Datasets = v1::DatasetService::Stub;
  using Training = v1::TrainingService::Stub;
  using Models = v1::ModelService::Stub;
  std::vector<BadInput> rows;
  for (const NamedCall& named : NamedCalls()) AddNames(named, rows);
  for (const auto& part : {
           BadPages("ListDatasets", &ServiceStubs::datasets, &Datasets::ListDatasets),
           BadPages("ListTrainingJobs", &ServiceStubs::training, &Training::ListTrainingJobs),
           BadPages("ListModels", &ServiceStubs::models, &Models::ListModels),
       }) {
    rows.insert(rows.end(), part.begin(), part.end());
  }
  rows.push_back({.number = 27,
                  .name = "ListTrainingJobsTokenOfAnotherList",
                  .send =
                      [](BadInputServer& server) {
                        return GoOnFromDatasets(server, &ServiceStubs::training, &Training::ListTrainingJobs);
                      },
                  .fields = {"page_token"}});
  rows.push_back(
      {.number = 27,
       .name = "ListModelsTokenOfAnotherList",
       .send =
           [](BadInputServer& server) { return GoOnFromDatasets(server, &ServiceStubs::models, &Models::ListModels); },
       .fields = {"page_token"}});
  return rows;
}

}  // namespace traind
