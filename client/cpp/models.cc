#include "absl/strings/str_cat.h"
#include "client/cpp/call.h"
#include "client/cpp/client.h"
#include "client/cpp/sha256.h"

namespace traind::client {

namespace {

using Stub = v1::ModelService::Stub;

constexpr absl::Duration kLongestExport = absl::Hours(1);

}  // namespace

absl::StatusOr<v1::Model> Client::GetModel(const std::string& name) const {
  return Call(*models_, &Stub::GetModel, Named<v1::GetModelRequest>(name), options_.timeout);
}

absl::StatusOr<v1::ListModelsResponse> Client::ListModels(const v1::ListModelsRequest& request) const {
  return Call(*models_, &Stub::ListModels, request, options_.timeout);
}

absl::Status Client::ForEachModel(absl::FunctionRef<bool(const v1::Model&)> visit) const {
  return ForEach<v1::ListModelsRequest, v1::ListModelsResponse, v1::Model>(
      [this](const auto& request) { return ListModels(request); }, &v1::ListModelsResponse::models, visit);
}

absl::Status Client::DeleteModel(const std::string& name) const {
  return Call(*models_, &Stub::DeleteModel, Named<v1::DeleteModelRequest>(name), options_.timeout).status();
}

absl::StatusOr<v1::PredictResponse> Client::Predict(const v1::PredictRequest& request) const {
  return Call(*models_, &Stub::Predict, request, options_.timeout);
}

absl::Status Client::ExportModel(const v1::ExportModelRequest& request,
                                 absl::FunctionRef<absl::Status(absl::string_view)> sink) const {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kLongestExport));
  const auto reader = models_->ExportModel(&context, request);
  v1::ExportModelResponse piece;
  Sha256 hash;
  std::string sha256;
  int64_t missing = 0;
  absl::Status status;
  while (status.ok() && reader->Read(&piece)) {
    if (sha256.empty()) {
      sha256 = piece.sha256();
      missing = piece.size_bytes();
    }
    hash.Add(piece.data());
    missing -= static_cast<int64_t>(piece.data().size());
    status = sink(piece.data());
  }
  if (!status.ok()) context.TryCancel();
  const grpc::Status end = reader->Finish();
  if (!status.ok()) return status;
  if (!end.ok()) return FromGrpc(end);
  if (missing != 0 || hash.Hex() != sha256) {
    return absl::DataLossError(
        absl::StrCat("what came of ", request.name(), " is not the file that the server announced; try again"));
  }
  return absl::OkStatus();
}

}  // namespace traind::client
