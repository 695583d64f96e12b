#include "client/cpp/call.h"
#include "client/cpp/client.h"

namespace traind::client {

using Stub = v1::ModelService::Stub;

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

}  // namespace traind::client
