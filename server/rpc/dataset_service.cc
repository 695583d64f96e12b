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
#include "server/convert/upload.h"
#include "server/datasets/ingest.h"
#include "server/rpc/answer.h"
#include "server/rpc/call_context.h"
#include "server/rpc/refused_stream.h"
#include "server/rpc/upload_reactor.h"

namespace traind {

using google::protobuf::Empty;

DatasetService::DatasetService(DatasetStore& datasets, BlobStore& blobs, Uploads& uploads, const DiskFloor& floor,
                               Metrics& metrics, Executor& executor, Executor& upload_executor, Ticker& ticker,
                               UploadStreamOptions options)
    : datasets_(datasets),
      blobs_(blobs),
      uploads_(uploads),
      floor_(floor),
      metrics_(metrics),
      executor_(executor),
      upload_executor_(upload_executor),
      ticker_(ticker),
      stream_options_(options) {}

grpc::ServerUnaryReactor* DatasetService::CreateDataset(grpc::CallbackServerContext* context,
                                                        const v1::CreateDatasetRequest* request,
                                                        v1::Dataset* response) {
  return Answer<v1::Dataset>(context, executor_, request, response,
                             [this, request](const Caller& caller) { return Create(*request, caller); });
}

absl::StatusOr<v1::Dataset> DatasetService::Create(const v1::CreateDatasetRequest& request, const Caller& caller) {
  const absl::StatusOr<std::string> tenant = TenantFor(caller, request.tenant());
  if (!tenant.ok()) return tenant.status();
  std::vector<FieldViolation> violations;
  CheckId(request.dataset_id(), "dataset_id", violations);
  const DatasetFormat format = FromProto(request.format(), violations);
  RequestMark mark = MarkOf(request, "request_id", violations);
  mark.tenant = *tenant;
  CheckId(*tenant, "tenant", violations);
  if (!violations.empty()) return InvalidFields(violations);

  absl::StatusOr<std::optional<DatasetRecord>> earlier = datasets_.FindRequest(mark);
  if (!earlier.ok()) return earlier.status();
  if (earlier->has_value()) return ToProto(**earlier);

  if (absl::Status fits = floor_.Check(static_cast<int64_t>(request.data().size())); !fits.ok()) return fits;
  absl::StatusOr<std::unique_ptr<DatasetIngest>> ingest = DatasetIngest::Begin(format, blobs_);
  if (!ingest.ok()) return ingest.status();
  if (absl::Status status = (*ingest)->Append(request.data()); !status.ok()) return status;
  absl::StatusOr<IngestedDataset> dataset = (*ingest)->Finish();
  if (!dataset.ok()) return dataset.status();
  dataset->record.id = request.dataset_id();
  dataset->record.request = mark;
  dataset->record.tenant = *tenant;
  dataset->record.create_time = absl::Now();
  absl::StatusOr<DatasetRecord> published = datasets_.Publish(std::move(dataset->record), std::move(dataset->writers));
  if (!published.ok()) return published.status();
  metrics_.DatasetCreated(static_cast<int64_t>(request.data().size()));
  return ToProto(*published);
}

grpc::ServerUnaryReactor* DatasetService::CreateUpload(grpc::CallbackServerContext* context,
                                                       const v1::CreateUploadRequest* request, v1::Upload* response) {
  return Answer<v1::Upload>(context, executor_, request, response,
                            [this, request](const Caller& caller) -> absl::StatusOr<v1::Upload> {
                              const absl::StatusOr<std::string> tenant = TenantFor(caller, request->tenant());
                              if (!tenant.ok()) return tenant.status();
                              absl::StatusOr<UploadRecord> plan = FromProto(*request);
                              if (!plan.ok()) return plan.status();
                              plan->tenant = *tenant;
                              plan->request.tenant = *tenant;
                              absl::StatusOr<UploadRecord> upload = uploads_.Create(*std::move(plan));
                              if (!upload.ok()) return upload.status();
                              return ToProto(*upload);
                            });
}

grpc::ServerReadReactor<v1::WriteUploadRequest>* DatasetService::WriteUpload(grpc::CallbackServerContext* context,
                                                                             v1::Upload* response) {
  CallContext& call = CallOf(context);
  if (!call.caller().ok()) {
    return new RefusedStream<grpc::ServerReadReactor<v1::WriteUploadRequest>>(call.caller().status());
  }
  return new UploadReactor({.uploads = uploads_,
                            .metrics = metrics_,
                            .executor = upload_executor_,
                            .ticker = ticker_,
                            .patience = stream_options_.patience,
                            .max_streams = stream_options_.max_streams,
                            .open = open_streams_},
                           call, response);
}

grpc::ServerUnaryReactor* DatasetService::GetUpload(grpc::CallbackServerContext* context,
                                                    const v1::GetUploadRequest* request, v1::Upload* response) {
  return Answer<v1::Upload>(context, executor_, request, response,
                            [this, request](const Caller& caller) -> absl::StatusOr<v1::Upload> {
                              absl::StatusOr<std::string> id = ParseResourceName(kUploads, request->name());
                              if (!id.ok()) return id.status();
                              absl::StatusOr<UploadRecord> upload = uploads_.Get(*id, ScopeOf(caller));
                              if (!upload.ok()) return upload.status();
                              return ToProto(*upload);
                            });
}

grpc::ServerUnaryReactor* DatasetService::CommitUpload(grpc::CallbackServerContext* context,
                                                       const v1::CommitUploadRequest* request, v1::Dataset* response) {
  return Answer<v1::Dataset>(context, upload_executor_, request, response,
                             [this, request](const Caller& caller) { return Commit(*request, caller); });
}

absl::StatusOr<v1::Dataset> DatasetService::Commit(const v1::CommitUploadRequest& request, const Caller& caller) {
  absl::StatusOr<std::string> id = ParseResourceName(kUploads, request.name());
  if (!id.ok()) return id.status();
  absl::StatusOr<DatasetRecord> dataset = uploads_.Commit(*id, request.sha256(), request.row_count(), ScopeOf(caller));
  if (!dataset.ok()) return dataset.status();
  v1::Dataset answer = ToProto(*dataset);
  metrics_.DatasetCreated(answer.size_bytes());
  return answer;
}

grpc::ServerUnaryReactor* DatasetService::DeleteUpload(grpc::CallbackServerContext* context,
                                                       const v1::DeleteUploadRequest* request, Empty* response) {
  return Answer<Empty>(context, executor_, request, response,
                       [this, request](const Caller& caller) -> absl::StatusOr<Empty> {
                         absl::StatusOr<std::string> id = ParseResourceName(kUploads, request->name());
                         if (!id.ok()) return id.status();
                         if (absl::Status status = uploads_.Delete(*id, ScopeOf(caller)); !status.ok()) return status;
                         return Empty();
                       });
}

grpc::ServerUnaryReactor* DatasetService::GetDataset(grpc::CallbackServerContext* context,
                                                     const v1::GetDatasetRequest* request, v1::Dataset* response) {
  return Answer<v1::Dataset>(context, executor_, request, response,
                             [this, request](const Caller& caller) -> absl::StatusOr<v1::Dataset> {
                               absl::StatusOr<std::string> id = ParseResourceName(kDatasets, request->name());
                               if (!id.ok()) return id.status();
                               absl::StatusOr<DatasetRecord> record = datasets_.Get(*id, ScopeOf(caller));
                               if (!record.ok()) return record.status();
                               return ToProto(*record);
                             });
}

grpc::ServerUnaryReactor* DatasetService::ListDatasets(grpc::CallbackServerContext* context,
                                                       const v1::ListDatasetsRequest* request,
                                                       v1::ListDatasetsResponse* response) {
  using Response = v1::ListDatasetsResponse;
  return Answer<Response>(
      context, executor_, request, response, [this, request](const Caller& caller) -> absl::StatusOr<Response> {
        absl::StatusOr<PageById> page = ParsePageById(kDatasets, request->page_size(), request->page_token());
        if (!page.ok()) return page.status();
        absl::StatusOr<Page<DatasetRecord>> found = datasets_.List(page->after, page->limit, ScopeOf(caller));
        if (!found.ok()) return found.status();
        Response result;
        for (const DatasetRecord& record : found->records) *result.add_datasets() = ToProto(record, View::kBasic);
        if (found->more) result.set_next_page_token(PageTokenAfter(kDatasets, found->records.back().id));
        return result;
      });
}

grpc::ServerUnaryReactor* DatasetService::DeleteDataset(grpc::CallbackServerContext* context,
                                                        const v1::DeleteDatasetRequest* request, Empty* response) {
  return Answer<Empty>(context, executor_, request, response,
                       [this, request](const Caller& caller) -> absl::StatusOr<Empty> {
                         absl::StatusOr<std::string> id = ParseResourceName(kDatasets, request->name());
                         if (!id.ok()) return id.status();
                         if (absl::Status status = datasets_.Delete(*id, ScopeOf(caller)); !status.ok()) return status;
                         return Empty();
                       });
}

}  // namespace traind
