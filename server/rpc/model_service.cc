#include "server/rpc/model_service.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/formats/safetensors.h"
#include "server/convert/model.h"
#include "server/convert/page_token.h"
#include "server/convert/prediction.h"
#include "server/convert/resource_name.h"
#include "server/convert/training_spec.h"
#include "server/datasets/stored_dataset.h"
#include "server/errors/errors.h"
#include "server/inference/held_out_rows.h"
#include "server/onnx/model_to_onnx.h"
#include "server/rpc/answer.h"
#include "server/rpc/refused_stream.h"
#include "server/storage/sha256.h"

namespace traind {

using google::protobuf::Empty;

namespace {

// Numbers that the model answers for a row, at most.
int64_t Outputs(const ModelRecord& model) {
  return static_cast<int64_t>(std::max(model.class_names.size(), model.target_names.size()));
}

// A row whose numbers are finite but too large for float32 on their way through the network. `name_of` gives the field
// of a row.
absl::Status CheckFinite(const std::vector<float>& outputs, int64_t width,
                         const std::function<std::string(size_t)>& name_of) {
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (std::isfinite(outputs[i])) continue;
    return InvalidFields({{name_of(i / static_cast<size_t>(width)),
                           "overflows inside the network; must be near the values that it was trained on"}});
  }
  return absl::OkStatus();
}

}  // namespace

ModelService::ModelService(ModelStore& models, JobStore& jobs, DatasetStore& datasets, BlobStore& blobs,
                           ModelCache& loaded, Metrics& metrics, Executor& executor, Executor& predict_executor)
    : models_(models),
      jobs_(jobs),
      datasets_(datasets),
      blobs_(blobs),
      loaded_(loaded),
      metrics_(metrics),
      executor_(executor),
      predict_executor_(predict_executor) {}

grpc::ServerUnaryReactor* ModelService::GetModel(grpc::CallbackServerContext* context,
                                                 const v1::GetModelRequest* request, v1::Model* response) {
  return Answer<v1::Model>(context, executor_, request, response,
                           [this, request](const Caller& caller) -> absl::StatusOr<v1::Model> {
                             absl::StatusOr<ModelRecord> record = Find(request->name(), caller);
                             if (!record.ok()) return record.status();
                             return ToProto(*record);
                           });
}

grpc::ServerUnaryReactor* ModelService::ListModels(grpc::CallbackServerContext* context,
                                                   const v1::ListModelsRequest* request,
                                                   v1::ListModelsResponse* response) {
  using Response = v1::ListModelsResponse;
  return Answer<Response>(
      context, executor_, request, response, [this, request](const Caller& caller) -> absl::StatusOr<Response> {
        absl::StatusOr<PageByNumber> page = ParsePageByNumber(kModels, request->page_size(), request->page_token());
        if (!page.ok()) return page.status();
        absl::StatusOr<Page<ModelRecord>> found = models_.List(page->before, page->limit, ScopeOf(caller));
        if (!found.ok()) return found.status();
        Response result;
        size_t bytes = 0;
        for (const ModelRecord& record : found->records) {
          absl::StatusOr<v1::Model> model = ToProto(record, View::kBasic);
          if (!model.ok()) return model.status();
          bytes += model->ByteSizeLong();
          if (bytes > kPageBytes && !result.models().empty()) break;
          *result.add_models() = *std::move(model);
          const bool last = !found->more && &record == &found->records.back();
          result.set_next_page_token(last ? "" : PageTokenBefore(kModels, record.number));
        }
        return result;
      });
}

grpc::ServerUnaryReactor* ModelService::DeleteModel(grpc::CallbackServerContext* context,
                                                    const v1::DeleteModelRequest* request, Empty* response) {
  return Answer<Empty>(context, executor_, request, response,
                       [this, request](const Caller& caller) -> absl::StatusOr<Empty> {
                         absl::StatusOr<ModelRecord> model = Find(request->name(), caller);
                         if (absl::IsFailedPrecondition(model.status()))
                           return absl::NotFoundError(model.status().message());
                         if (!model.ok()) return model.status();
                         if (absl::Status status = models_.Delete(model->id, ScopeOf(caller)); !status.ok())
                           return status;
                         loaded_.Forget(*model);
                         return Empty();
                       });
}

grpc::ServerUnaryReactor* ModelService::Predict(grpc::CallbackServerContext* context, const v1::PredictRequest* request,
                                                v1::PredictResponse* response) {
  using Response = v1::PredictResponse;
  return Answer<Response>(
      context, predict_executor_, request, response, [this, request](const Caller& caller) -> absl::StatusOr<Response> {
        const absl::Time start = absl::Now();
        absl::StatusOr<ModelRecord> model = Find(request->name(), caller);
        if (!model.ok()) return model.status();
        absl::StatusOr<Response> result = request->has_held_out_rows()
                                              ? PredictHeldOut(*model, request->held_out_rows(), caller)
                                          : request->has_table() ? PredictRows(*model, request->table())
                                                                 : PredictRows(*model, request->rows());
        if (!result.ok()) return result;
        metrics_.Predicted(result->predictions_size(), absl::Now() - start);
        return result;
      });
}

grpc::ServerWriteReactor<v1::ExportModelResponse>* ModelService::ExportModel(grpc::CallbackServerContext* context,
                                                                             const v1::ExportModelRequest* request) {
  CallContext& call = CallOf(context);
  call.set_resource(ResourceIn(*request));
  if (!call.caller().ok()) {
    return new RefusedStream<grpc::ServerWriteReactor<v1::ExportModelResponse>>(call.caller().status());
  }
  return new ExportStream(executor_, [this, request, &call] { return Export(*request, *call.caller()); });
}

absl::StatusOr<ExportedFile> ModelService::Export(const v1::ExportModelRequest& request, const Caller& caller) {
  if (request.format() != v1::ExportModelRequest::SAFETENSORS && request.format() != v1::ExportModelRequest::ONNX) {
    return InvalidFields({{"format", "must be SAFETENSORS or ONNX"}});
  }
  const bool onnx = request.format() == v1::ExportModelRequest::ONNX;
  if (request.fold_batch_normalization() && !onnx) {
    return InvalidFields({{"fold_batch_normalization", "is for ONNX only; safetensors has every weight as it is"}});
  }
  absl::StatusOr<ModelRecord> model = Find(request.name(), caller);
  if (!model.ok()) return model.status();
  absl::StatusOr<std::unique_ptr<MappedFile>> weights = blobs_.Map(model->weights);
  if (absl::IsNotFound(weights.status())) {
    return absl::DataLossError(absl::StrCat("the weights of models/", model->id, " are no longer stored"));
  }
  if (!weights.ok()) return weights.status();
  if (!onnx) {
    const std::shared_ptr<MappedFile> file = *std::move(weights);
    return ExportedFile{.bytes = file->bytes(), .sha256 = model->weights.sha256, .owner = file};
  }
  absl::StatusOr<engine::TrainingSpec> spec = SpecFromJson(model->spec_json);
  if (!spec.ok()) return spec.status();
  absl::StatusOr<std::vector<engine::NamedTensor>> tensors = engine::ParseSafetensors((*weights)->bytes());
  if (!tensors.ok()) return absl::DataLossError(tensors.status().message());
  absl::StatusOr<std::string> bytes =
      ModelToOnnx(*model, *spec, *std::move(tensors), request.fold_batch_normalization());
  if (!bytes.ok()) return bytes.status();
  const auto file = std::make_shared<const std::string>(*std::move(bytes));
  return ExportedFile{.bytes = *file, .sha256 = Sha256Hex(*file), .owner = file};
}

absl::StatusOr<ModelRecord> ModelService::Find(const std::string& name, const Caller& caller) {
  absl::StatusOr<std::string> id = ParseResourceName(kModels, name);
  if (!id.ok()) return id.status();
  absl::StatusOr<ModelRecord> model = models_.Get(*id, ScopeOf(caller));
  if (!absl::IsNotFound(model.status())) return model;
  absl::StatusOr<JobRecord> job = jobs_.Get(*id, ScopeOf(caller));
  if (!job.ok()) return model;
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat("models/", *id, " is not there: ",
                                                 HasEnded(job->state) ? "its job ended without it, or it was deleted"
                                                                      : "its job has not ended; watch it first",
                                                 ": trainingJobs/", *id)),
      "MODEL_NOT_READY");
}

template <typename Rows>
absl::StatusOr<v1::PredictResponse> ModelService::PredictRows(const ModelRecord& model, const Rows& rows) {
  absl::StatusOr<std::shared_ptr<LoadedModel>> loaded = loaded_.Get(model);
  if (!loaded.ok()) return loaded.status();
  const RowShape shape = {.feature_names = model.feature_names,
                          .columns = model.columns,
                          .classes = Outputs(model),
                          .takes_missing = (*loaded)->takes_missing()};
  absl::StatusOr<std::vector<float>> values = FromProto(rows, shape);
  if (!values.ok()) return values.status();
  absl::StatusOr<std::vector<float>> outputs = (*loaded)->Predict(*values, shape.features());
  if (!outputs.ok()) return outputs.status();
  const int64_t width = (*loaded)->outputs();
  const char* const field = std::is_same_v<Rows, v1::PredictRequest::Table> ? "table.rows" : "rows.rows";
  const auto name_of = [field](size_t row) { return absl::StrCat(field, "[", row, "].values"); };
  if (absl::Status finite = CheckFinite(*outputs, width, name_of); !finite.ok()) return finite;
  return ToProto(*outputs, width, model.class_names, (*loaded)->loss());
}

absl::StatusOr<v1::PredictResponse> ModelService::PredictHeldOut(const ModelRecord& model,
                                                                 const v1::PredictRequest::HeldOutRows& request,
                                                                 const Caller& caller) {
  absl::StatusOr<int64_t> limit =
      LimitFromProto(request, static_cast<int64_t>(model.feature_names.size()), Outputs(model));
  if (!limit.ok()) return limit.status();
  absl::StatusOr<engine::TrainingSpec> spec = SpecFromJson(model.spec_json);
  if (!spec.ok()) return spec.status();
  const bool own = model.validation_dataset_id.empty();  // the rows are some of those that it was trained with
  const std::string& dataset_id = own ? model.dataset_id : model.validation_dataset_id;
  absl::StatusOr<DatasetRecord> dataset = datasets_.Get(dataset_id, ScopeOf(caller));
  if (!dataset.ok() || dataset->sha256 != (own ? model.dataset_sha256 : model.validation_dataset_sha256)) {
    return WithReason(
        absl::FailedPreconditionError(absl::StrCat("datasets/", dataset_id, ", which ", own ? "trained" : "validated",
                                                   " models/", model.id, ", is no longer there; send rows instead")),
        "DATASET_GONE");
  }
  absl::StatusOr<std::unique_ptr<const StoredDataset>> stored =
      StoredDataset::OpenFor(model.class_names, model.columns, *dataset, blobs_);
  if (absl::IsNotFound(stored.status())) {
    return absl::DataLossError(absl::StrCat("the contents of datasets/", dataset->id, " are no longer stored"));
  }
  if (!stored.ok()) return stored.status();
  const engine::DatasetView& view = (*stored)->view();
  const HeldOutRows held_out = own ? TakeHeldOutRows(*spec, view, *limit) : TakeFirstRows(view, *limit);
  if (held_out.rows.empty()) {
    return WithReason(absl::FailedPreconditionError(absl::StrCat(
                          "models/", model.id, " was trained on every row (validation_split 0); send rows instead")),
                      "NO_HELD_OUT_ROWS");
  }
  absl::StatusOr<std::shared_ptr<LoadedModel>> loaded = loaded_.Get(model);
  if (!loaded.ok()) return loaded.status();
  absl::StatusOr<std::vector<float>> outputs = (*loaded)->Predict(held_out.features, view.shape.features);
  if (!outputs.ok()) return outputs.status();
  const auto name_of = [&](size_t row) { return absl::StrCat("held_out_rows: row ", held_out.rows[row]); };
  if (absl::Status finite = CheckFinite(*outputs, (*loaded)->outputs(), name_of); !finite.ok()) return finite;
  v1::PredictResponse response = ToProto(*outputs, (*loaded)->outputs(), model.class_names, (*loaded)->loss());
  std::vector<float> targets(view.classes == nullptr ? view.shape.targets : 0);
  for (size_t i = 0; i < held_out.rows.size(); ++i) {
    v1::PredictResponse::Prediction& prediction = *response.mutable_predictions(static_cast<int>(i));
    prediction.set_dataset_row(held_out.rows[i]);
    if (view.classes != nullptr) {
      prediction.set_label(model.class_names[view.classes.ClassOf(held_out.rows[i])]);
    } else {
      view.targets.GatherFloats({&held_out.rows[i], 1}, view.shape.targets, targets.data());
      prediction.mutable_targets()->Add(targets.begin(), targets.end());
    }
  }
  return response;
}

}  // namespace traind
