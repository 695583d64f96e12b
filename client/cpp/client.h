// traind from C++.
//
//   Client client = Client::Connect("127.0.0.1:50051");
//   absl::StatusOr<v1::Dataset> dataset = client.CreateDatasetFromFile(request, "digits.csv");
//   absl::StatusOr<v1::TrainingJob> job = client.CreateTrainingJob(job_request);
//   absl::Status watched = client.WatchTrainingJob(job->name(), 0, [](const v1::TrainingEvent& event) { ... });
//
// Requests and resources are the messages of proto/traind/v1, which documents their fields and the errors of each
// method. Names are whole resource names, such as `datasets/digits`. An error keeps the server's code, lists every
// field violation, and has its details in typed form (client/cpp/status.h).
//
// A Client is safe to use from several threads at once.
#ifndef TRAIND_CLIENT_CPP_CLIENT_H_
#define TRAIND_CLIENT_CPP_CLIENT_H_

#include <grpcpp/channel.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "client/cpp/tls.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "traind/v1/dataset_service.grpc.pb.h"
#include "traind/v1/model_service.grpc.pb.h"
#include "traind/v1/training_service.grpc.pb.h"

namespace traind::client {

struct ClientOptions {
  // Nothing: without TLS. ReadTls makes it from files (client/cpp/tls.h).
  std::optional<Tls> tls = {};
  // Sent with each call; empty: none. Without TLS it is sent to this machine only: calls of any other end as
  // FAILED_PRECONDITION, before anything is sent, unless `token_in_clear` says that whoever is on the way may have it.
  std::string token = {};
  bool token_in_clear = false;
  // How long a unary call may take before it fails as DEADLINE_EXCEEDED.
  absl::Duration timeout = absl::Seconds(30);
};

struct WatchOptions {
  // Ends the watch as CANCELLED. Default: nothing does.
  std::stop_token stop = {};
  // A stream that brings neither an event nor a heartbeat for so long is given up as broken.
  absl::Duration silence = absl::Seconds(60);
  // Waits between attempts to reconnect: doubled from the first to the last, each drawn from its upper half.
  absl::Duration first_backoff = absl::Milliseconds(100);
  absl::Duration last_backoff = absl::Seconds(5);
  // Reconnecting ends, as UNAVAILABLE, when the server was not heard for so long.
  absl::Duration give_up_after = absl::Seconds(120);
};

// Fills a prefix of the span with the bytes from `offset` on and returns its length, 0 at the end of the data. The
// bytes of a place are the same each time.
using ByteSource = absl::FunctionRef<absl::StatusOr<size_t>(int64_t offset, absl::Span<char>)>;

struct UploadOptions {
  // Ends the upload as CANCELLED; what came through stays on the server. Default: nothing does.
  std::stop_token stop = {};
  // Told, on the calling thread, how many bytes have been sent.
  std::function<void(int64_t sent, int64_t size)> on_progress = {};
  // Waits between attempts to go on: doubled from the first to the last, each drawn from its upper half.
  absl::Duration first_backoff = absl::Milliseconds(100);
  absl::Duration last_backoff = absl::Seconds(5);
  // Attempts end, with the error of the last, when no more came through for so long.
  absl::Duration give_up_after = absl::Seconds(120);
};

class Client {
 public:
  // `address` is HOST:PORT or any other name that gRPC resolves. Connects at the first call, which is UNAVAILABLE when
  // nothing answers there or TLS is not agreed upon; later calls connect again.
  static Client Connect(const std::string& address, ClientOptions options = {});

  // Over a channel that the caller set up; `options.tls` is not looked at.
  explicit Client(const std::shared_ptr<grpc::Channel>& channel, ClientOptions options = {});

  // Datasets.

  // All data in one message of at most 4 MiB.
  absl::StatusOr<v1::Dataset> CreateDataset(const v1::CreateDatasetRequest& request) const;

  // Sends the data in chunks of 1 MiB and commits it with its SHA-256. The request is complete: `size_bytes` is the
  // number of bytes that `source` has; INVALID_ARGUMENT, and nothing is stored, if it has another number. An error of
  // `source` is returned as it is. A stream that breaks, and a server that restarts, are waited for: it goes on where
  // the server got to. So does a later call with the same request, if that has a `request_id`, until the upload
  // expires.
  absl::StatusOr<v1::Dataset> UploadDataset(const v1::CreateUploadRequest& request, ByteSource source,
                                            const UploadOptions& options = {}) const;

  // Creates a dataset from `source`: inline up to 1 MiB, by UploadDataset above.
  absl::StatusOr<v1::Dataset> CreateDatasetFrom(const v1::CreateUploadRequest& request, ByteSource source,
                                                const UploadOptions& options = {}) const;

  // The same from a file. `size_bytes` is set from the file. What has no size, such as a pipe, is first read into
  // memory, at most 256 MiB. NOT_FOUND, PERMISSION_DENIED and the like when the file cannot be read.
  absl::StatusOr<v1::Dataset> CreateDatasetFromFile(v1::CreateUploadRequest request, const std::string& path,
                                                    const UploadOptions& options = {}) const;

  absl::StatusOr<v1::Dataset> GetDataset(const std::string& name) const;

  // One page; ForEachDataset goes through them all.
  absl::StatusOr<v1::ListDatasetsResponse> ListDatasets(const v1::ListDatasetsRequest& request) const;

  // Visits every dataset by name, fetching page after page. Ends early, as OK, when `visit` returns false.
  absl::Status ForEachDataset(absl::FunctionRef<bool(const v1::Dataset&)> visit) const;

  absl::Status DeleteDataset(const std::string& name) const;

  // Training jobs.

  absl::StatusOr<v1::TrainingJob> CreateTrainingJob(const v1::CreateTrainingJobRequest& request) const;

  absl::StatusOr<v1::TrainingJob> GetTrainingJob(const std::string& name) const;

  absl::StatusOr<v1::ListTrainingJobsResponse> ListTrainingJobs(const v1::ListTrainingJobsRequest& request) const;

  // Visits every job, the newest first, as ForEachDataset does.
  absl::Status ForEachTrainingJob(absl::FunctionRef<bool(const v1::TrainingJob&)> visit) const;

  absl::StatusOr<v1::TrainingJob> CancelTrainingJob(const std::string& name) const;

  absl::StatusOr<v1::TrainingJob> PauseTrainingJob(const std::string& name) const;

  absl::StatusOr<v1::TrainingJob> ResumeTrainingJob(const std::string& name) const;

  absl::Status DeleteTrainingJob(const std::string& name) const;

  // Calls `on_event`, on this thread, for every event of the job's log after `after_sequence`, in order, each exactly
  // once; returns OK when the job has ended. A stream that breaks (UNAVAILABLE, or silence) is opened again after the
  // last event seen. Heartbeats are not passed on. CANCELLED: stopped. DATA_LOSS: the server left out an event.
  absl::Status WatchTrainingJob(const std::string& name, int64_t after_sequence,
                                absl::FunctionRef<void(const v1::TrainingEvent&)> on_event,
                                const WatchOptions& options = {}) const;

  // Models.

  absl::StatusOr<v1::Model> GetModel(const std::string& name) const;

  absl::StatusOr<v1::ListModelsResponse> ListModels(const v1::ListModelsRequest& request) const;

  // Visits every model, the newest first, as ForEachDataset does.
  absl::Status ForEachModel(absl::FunctionRef<bool(const v1::Model&)> visit) const;

  absl::Status DeleteModel(const std::string& name) const;

  // A request is at most 4 MiB: about a million values.
  absl::StatusOr<v1::PredictResponse> Predict(const v1::PredictRequest& request) const;

  // Hands the model as a file to `sink`, piece by piece; checked against its size and SHA-256 when it is all there, so
  // what `sink` got is good only if this returns OK. DATA_LOSS: it was not what the server said. Ends with the first
  // error of `sink`. Takes up to an hour.
  absl::Status ExportModel(const v1::ExportModelRequest& request,
                           absl::FunctionRef<absl::Status(absl::string_view)> sink) const;

  // The server.

  // What gRPC's standard health service says of the whole server: SERVING, or NOT_SERVING while it stops. The answer
  // comes from the port that all calls come to, so a server that takes no connections has none: UNAVAILABLE, or
  // DEADLINE_EXCEEDED.
  absl::StatusOr<grpc::health::v1::HealthCheckResponse> CheckHealth() const;

 private:
  ClientOptions options_;
  std::unique_ptr<v1::DatasetService::Stub> datasets_;
  std::unique_ptr<v1::TrainingService::Stub> training_;
  std::unique_ptr<v1::ModelService::Stub> models_;
  std::unique_ptr<grpc::health::v1::Health::Stub> health_;
};

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CPP_CLIENT_H_
