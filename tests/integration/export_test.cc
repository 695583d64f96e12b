// ExportModel over the wire. What other programs make of the files: export_test.sh.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/storage/sha256.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

using ::testing::ElementsAre;

// A model `wide` of some megabytes.
class ExportModel : public ::testing::Test {
 protected:
  ExportModel() {
    stubs_.CreateDigits();
    Submit("wide", 1);
    EXPECT_EQ(stubs_.WaitForEnd("trainingJobs/wide").state(), v1::TrainingJob::SUCCEEDED);
  }

  void Submit(const std::string& id, int epochs) {
    v1::CreateTrainingJobRequest request = stubs_.DigitsJob(id);
    v1::TrainingSpec& spec = *request.mutable_training_job()->mutable_spec();
    spec.set_epochs(epochs);
    for (const int layer : {0, 3}) spec.mutable_model()->mutable_layers(layer)->mutable_dense()->set_units(700);
    v1::TrainingJob job;
    ASSERT_TRUE(stubs_.Ok(stubs_.training().CreateTrainingJob(stubs_.NewContext(), request, &job)));
  }

  static v1::ExportModelRequest Request(v1::ExportModelRequest::Format format, const std::string& id = "wide") {
    v1::ExportModelRequest request;
    request.set_name("models/" + id);
    request.set_format(format);
    return request;
  }
  grpc::Status Read(const v1::ExportModelRequest& request) {
    pieces_.clear();
    auto reader = stubs_.models().ExportModel(stubs_.NewContext(), request);
    for (v1::ExportModelResponse piece; reader->Read(&piece);) pieces_.push_back(piece);
    return reader->Finish();
  }

  TemporaryFolder folder_;
  TraindProcess traind_{folder_.path(), {"--cores=1"}};
  ServiceStubs stubs_{traind_.Connect()};
  std::vector<v1::ExportModelResponse> pieces_;
};

TEST_F(ExportModel, PiecesAreTheFileThatTheFirstAnnounces) {
  for (const auto format : {v1::ExportModelRequest::SAFETENSORS, v1::ExportModelRequest::ONNX}) {
    ASSERT_TRUE(stubs_.Ok(Read(Request(format))));
    ASSERT_GT(pieces_.size(), 2u);
    std::string file;
    for (size_t i = 0; i < pieces_.size(); ++i) {
      EXPECT_LE(pieces_[i].data().size(), size_t{1} << 20);
      EXPECT_EQ(pieces_[i].sha256().empty(), i > 0);
      EXPECT_EQ(pieces_[i].size_bytes() == 0, i > 0);
      file += pieces_[i].data();
    }
    EXPECT_EQ(pieces_[0].size_bytes(), static_cast<int64_t>(file.size()));
    EXPECT_EQ(pieces_[0].sha256(), Sha256Hex(file));
  }
}

TEST_F(ExportModel, TheWeightsAreThoseOfTheModel) {
  v1::GetModelRequest get;
  get.set_name("models/wide");
  v1::Model model;
  ASSERT_TRUE(stubs_.Ok(stubs_.models().GetModel(stubs_.NewContext(), get, &model)));
  ASSERT_TRUE(stubs_.Ok(Read(Request(v1::ExportModelRequest::SAFETENSORS))));
  EXPECT_EQ(pieces_[0].sha256(), model.weights_sha256());
}

TEST_F(ExportModel, RefusesWhatItCannotDo) {
  grpc::Status refused = Read(Request(v1::ExportModelRequest::FORMAT_UNSPECIFIED));
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(RefusalOf(refused).fields(), ElementsAre("format"));
  refused = Read(Request(static_cast<v1::ExportModelRequest::Format>(77)));
  EXPECT_THAT(RefusalOf(refused).fields(), ElementsAre("format"));
  v1::ExportModelRequest folded = Request(v1::ExportModelRequest::SAFETENSORS);
  folded.set_fold_batch_normalization(true);
  EXPECT_THAT(RefusalOf(Read(folded)).fields(), ElementsAre("fold_batch_normalization"));
  EXPECT_EQ(Read(Request(v1::ExportModelRequest::ONNX, "none")).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Read(Request(v1::ExportModelRequest::ONNX, "no name")).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  Submit("running", 100'000);
  EXPECT_EQ(Read(Request(v1::ExportModelRequest::ONNX, "running")).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_TRUE(pieces_.empty());
}

TEST_F(ExportModel, ClientsThatGoAwayDisturbNothing) {
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext* const context = stubs_.NewContext();
    auto reader = stubs_.models().ExportModel(context, Request(v1::ExportModelRequest::ONNX));
    v1::ExportModelResponse piece;
    ASSERT_TRUE(reader->Read(&piece));
    context->TryCancel();
    while (reader->Read(&piece)) {
    }
    reader->Finish();
  }
  EXPECT_TRUE(stubs_.Ok(Read(Request(v1::ExportModelRequest::ONNX))));
  EXPECT_EQ(traind_.Terminate(), 0);
}

}  // namespace
}  // namespace traind
