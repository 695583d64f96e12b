// Calls that come at the wrong time, ask a model what it cannot answer, or are no calls at all.
#include <grpcpp/generic/generic_stub.h>

#include <limits>
#include <utility>

#include "tests/integration/bad_inputs/bad_input.h"

namespace traind {
namespace {

constexpr int kFeatures = 64;

BadInput WithTheJob(int number, const char* name, std::function<grpc::Status(BadInputServer&)> send, Code code,
                    std::string message) {
  return {.number = number, .name = name, .send = std::move(send), .code = code, .message = std::move(message)};
}

template <typename Request>
using JobMethod = grpc::Status (v1::TrainingService::Stub::*)(grpc::ClientContext*, const Request&, v1::TrainingJob*);

template <typename Request>
BadInput Move(const char* name, const char* job, JobMethod<Request> move, std::string message) {
  return WithTheJob(
      44, name,
      [=](BadInputServer& server) {
        Request request;
        request.set_name(job);
        v1::TrainingJob ignored;
        return (server.stubs().training().*move)(server.stubs().NewContext(), request, &ignored);
      },
      Code::FAILED_PRECONDITION, std::move(message));
}

grpc::Status DeleteJobThatHasNotEnded(BadInputServer& server) {
  v1::DeleteTrainingJobRequest request;
  request.set_name("trainingJobs/paused");
  google::protobuf::Empty empty;
  return server.stubs().training().DeleteTrainingJob(server.stubs().NewContext(), request, &empty);
}

grpc::Status DeleteDatasetInUse(BadInputServer& server) {
  v1::DeleteDatasetRequest request;
  request.set_name("datasets/digits");
  google::protobuf::Empty empty;
  return server.stubs().datasets().DeleteDataset(server.stubs().NewContext(), request, &empty);
}

grpc::Status GetModelBeforeItIs(BadInputServer& server) {
  v1::GetModelRequest request;
  request.set_name("models/paused");
  v1::Model model;
  return server.stubs().models().GetModel(server.stubs().NewContext(), request, &model);
}

// It is no fault, and changes nothing.
grpc::Status CancelWhatHasEnded(BadInputServer& server) {
  const v1::TrainingJob before = server.stubs().GetJob("trainingJobs/ended");
  EXPECT_EQ(server.Cancel("trainingJobs/ended").DebugString(), before.DebugString());
  EXPECT_EQ(server.stubs().GetJob("trainingJobs/ended").DebugString(), before.DebugString());
  return grpc::Status::OK;
}

// Asks the model about a row of ones, spoilt.
BadInput Predict(int number, const char* name, std::function<void(v1::PredictRequest&)> spoil,
                 std::vector<std::string> fields) {
  return {.number = number,
          .name = name,
          .send =
              [spoil = std::move(spoil)](BadInputServer& server) {
                v1::PredictRequest request;
                request.set_name("models/ended");
                v1::PredictRequest::Row& row = *request.mutable_rows()->add_rows();
                for (int i = 0; i < kFeatures; ++i) row.add_values(1);
                spoil(request);
                return server.Predict(request);
              },
          .fields = std::move(fields)};
}

// A field that should be text holds bytes that are none.
grpc::Status SendGarbage(BadInputServer& server) {
  const grpc::Slice slice("\x0a\x02\xff\xfe", 4);
  const grpc::ByteBuffer garbage(&slice, 1);
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(server.traind().Connect());
  auto call =
      stub.PrepareUnaryCall(server.stubs().NewContext(), "/traind.v1.DatasetService/GetDataset", garbage, &queue);
  call->StartCall();
  grpc::ByteBuffer answer;
  grpc::Status status;
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  return status;
}

std::vector<BadInput> BadPredictions() {
  using Request = v1::PredictRequest;
  return {
      Predict(
          20, "PredictNaN",
          [](Request& r) { r.mutable_rows()->mutable_rows(0)->set_values(5, std::numeric_limits<float>::quiet_NaN()); },
          {"rows.rows[0].values[5]"}),
      Predict(22, "PredictRowsOfOtherWidths",
              [](Request& r) {
                r.mutable_rows()->mutable_rows(0)->add_values(1);
                r.mutable_rows()->add_rows();
              },
              {"rows.rows[0].values", "rows.rows[1].values"}),
      Predict(18, "PredictNothing", [](Request& r) { r.clear_input(); }, {"rows.rows"}),
      Predict(18, "PredictTableWithoutColumns", [](Request& r) { r.mutable_table()->add_rows(); }, {"table.columns"}),
      Predict(0, "PredictHeldOutRowsNegative", [](Request& r) { r.mutable_held_out_rows()->set_limit(-1); },
              {"held_out_rows.limit"}),
  };
}

}  // namespace

std::vector<BadInput> BadCalls() {
  using Training = v1::TrainingService::Stub;
  std::vector<BadInput> rows = {
      {.number = 34,
       .name = "WatchAheadOfTheLog",
       .send = [](BadInputServer& server) { return server.Watch("trainingJobs/ended", 1'000'000); },
       .code = Code::OUT_OF_RANGE,
       .message = "1000000"},
      {.number = 0,
       .name = "WatchFromBeforeTheLog",
       .send = [](BadInputServer& server) { return server.Watch("trainingJobs/ended", -1); },
       .fields = {"after_sequence"}},
      WithTheJob(42, "DeleteDatasetInUse", DeleteDatasetInUse, Code::FAILED_PRECONDITION, "trainingJobs/paused"),
      WithTheJob(43, "GetModelBeforeItIs", GetModelBeforeItIs, Code::FAILED_PRECONDITION, "trainingJobs/paused"),
      WithTheJob(
          43, "PredictBeforeItIs",
          [](BadInputServer& server) {
            v1::PredictRequest request;
            request.set_name("models/paused");
            return server.Predict(request);
          },
          Code::FAILED_PRECONDITION, "trainingJobs/paused"),
      Move("PauseWhatHasEnded", "trainingJobs/ended", &Training::PauseTrainingJob, "SUCCEEDED"),
      Move("ResumeWhatHasEnded", "trainingJobs/ended", &Training::ResumeTrainingJob, "SUCCEEDED"),
      WithTheJob(44, "DeleteJobThatHasNotEnded", DeleteJobThatHasNotEnded, Code::FAILED_PRECONDITION, "PAUSED"),
      WithTheJob(56, "CancelWhatHasEnded", CancelWhatHasEnded, Code::OK, ""),
      {.number = 0, .name = "TextThatIsNotUtf8", .send = SendGarbage, .message = "UTF-8"},
  };
  for (BadInput& row : BadPredictions()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace traind
