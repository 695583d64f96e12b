#include "server/rpc/dataset_service.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "server/convert/dataset.h"
#include "server/convert/page_token.h"
#include "server/convert/request_mark.h"
#include "server/convert/resource_name.h"
#include "server/datasets/ingest.h"
#include "server/rpc/answer.h"
#include "server/rpc/upload_reactor.h"

namespace traind {

using google::protobuf::Empty;

DatasetService::DatasetService(DatasetStore& datasets, BlobStore& blobs, Metrics& metrics, Executor& executor,
                               Ticker& ticker)
    : datasets_(datasets), blobs_(blobs), metrics_(metrics), executor_(executor), ticker_(ticker) {}

grpc::ServerUnaryReactor* DatasetService::CreateDataset(grpc::CallbackServerContext* context,
                                                        const v1::CreateDatasetRequest* request,
                                                        v1::Dataset* response) {
  return Answer<v1::Dataset>(context, executor_, response, [this, request] { return Create(*request); });
}

absl::StatusOr<v1::Dataset> DatasetService::Create(const v1::CreateDatasetRequest& request) {
  std::vector<FieldViolation> violations;
  CheckId(request.dataset_id(), "dataset_id", violations);
  const DatasetFormat format = FromProto(request.format(), violations);
  const RequestMark mark = MarkOf(request, "request_id", violations);
  if (!violations.empty()) return InvalidFields(violations);

  absl::StatusOr<std::optional<DatasetRecord>> earlier = datasets_.FindRequest(mark);
  if (!earlier.ok()) return earlier.status();
  if (earlier->has_value()) return ToProto(**earlier);

  absl::StatusOr<std::unique_ptr<DatasetIngest>> ingest = DatasetIngest::Begin(format, blobs_);
  if (!ingest.ok()) return ingest.status();
  if (absl::Status status = (*ingest)->Append(request.data()); !status.ok()) return status;
  absl::StatusOr<IngestedDataset> dataset = (*ingest)->Finish();
  if (!dataset.ok()) return dataset.status();
  dataset->record.id = request.dataset_id();
  dataset->record.request = mark;
  dataset->record.create_time = absl::Now();
  absl::StatusOr<DatasetRecord> published = datasets_.Publish(std::move(dataset->record), std::move(dataset->writers));
  if (!published.ok()) return published.status();
  metrics_.DatasetCreated(static_cast<int64_t>(request.data().size()));
  return ToProto(*published);
}

grpc::ServerReadReactor<v1::UploadDatasetRequest>* DatasetService::UploadDataset(grpc::CallbackServerContext*,
                                                                                 v1::Dataset* response) {
  return new UploadReactor({.datasets = datasets_,
                            .blobs = blobs_,
                            .metrics = metrics_,
                            .executor = executor_,
                            .ticker = ticker_,
                            .open = open_uploads_},
                           response);
}

grpc::ServerUnaryReactor* DatasetService::GetDataset(grpc::CallbackServerContext* context,
                                                     const v1::GetDatasetRequest* request, v1::Dataset* response) {
  return Answer<v1::Dataset>(context, executor_, response, [this, request]() -> absl::StatusOr<v1::Dataset> {
    absl::StatusOr<std::string> id = ParseResourceName(kDatasets, request->name());
    if (!id.ok()) return id.status();
    absl::StatusOr<DatasetRecord> record = datasets_.Get(*id);
    if (!record.ok()) return record.status();
    return ToProto(*record);
  });
}

grpc::ServerUnaryReactor* DatasetService::ListDatasets(grpc::CallbackServerContext* context,
                                                       const v1::ListDatasetsRequest* request,
                                                       v1::ListDatasetsResponse* response) {
  using Response = v1::ListDatasetsResponse;
  return Answer<Response>(context, executor_, response, [this, request]() -> absl::StatusOr<Response> {
    absl::StatusOr<PageById> page = ParsePageById(kDatasets, request->page_size(), request->page_token());
    if (!page.ok()) return page.status();
    absl::StatusOr<Page<DatasetRecord>> found = datasets_.List(page->after, page->limit);
    if (!found.ok()) return found.status();
    Response result;
    for (const DatasetRecord& record : found->records) *result.add_datasets() = ToProto(record, View::kBasic);
    if (found->more) result.set_next_page_token(PageTokenAfter(kDatasets, found->records.back().id));
    return result;
  });
}

grpc::ServerUnaryReactor* DatasetService::DeleteDataset(grpc::CallbackServerContext* context,
                                                        const v1::DeleteDatasetRequest* request, Empty* response) {
  return Answer<Empty>(context, executor_, response, [this, request]() -> absl::StatusOr<Empty> {
    absl::StatusOr<std::string> id = ParseResourceName(kDatasets, request->name());
    if (!id.ok()) return id.status();
    if (absl::Status status = datasets_.Delete(*id); !status.ok()) return status;
    return Empty();
  });
}

}  // namespace traind
