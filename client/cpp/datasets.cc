#include "client/cpp/call.h"
#include "client/cpp/client.h"

namespace traind::client {

using Stub = v1::DatasetService::Stub;

absl::StatusOr<v1::Dataset> Client::CreateDataset(const v1::CreateDatasetRequest& request) const {
  return Call(*datasets_, &Stub::CreateDataset, request, options_.timeout);
}

absl::StatusOr<v1::Dataset> Client::GetDataset(const std::string& name) const {
  return Call(*datasets_, &Stub::GetDataset, Named<v1::GetDatasetRequest>(name), options_.timeout);
}

absl::StatusOr<v1::ListDatasetsResponse> Client::ListDatasets(const v1::ListDatasetsRequest& request) const {
  return Call(*datasets_, &Stub::ListDatasets, request, options_.timeout);
}

absl::Status Client::ForEachDataset(absl::FunctionRef<bool(const v1::Dataset&)> visit) const {
  return ForEach<v1::ListDatasetsRequest, v1::ListDatasetsResponse, v1::Dataset>(
      [this](const auto& request) { return ListDatasets(request); }, &v1::ListDatasetsResponse::datasets, visit);
}

absl::Status Client::DeleteDataset(const std::string& name) const {
  return Call(*datasets_, &Stub::DeleteDataset, Named<v1::DeleteDatasetRequest>(name), options_.timeout).status();
}

}  // namespace traind::client
