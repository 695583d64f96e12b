// A real traind that holds a little of everything, for bad inputs to be thrown at.
#ifndef TRAIND_TESTS_INTEGRATION_BAD_INPUTS_BAD_INPUT_SERVER_H_
#define TRAIND_TESTS_INTEGRATION_BAD_INPUTS_BAD_INPUT_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/storage/database.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {

// A table of two rows and two classes, what an upload of it begins with, and the hash of all of it.
inline constexpr char kCsv[] = "x,label\n1,0\n2,1\n";
inline constexpr int64_t kCsvBytes = sizeof(kCsv) - 1;
inline constexpr int64_t kSentBytes = 7;
inline constexpr char kCsvSha256[] = "c8dd8d3496a111c5b9d344145ae2f555544109419106bc5fc0447d225c4edae2";

// It holds:
// - datasets/digits; datasets/numbers, for regression, whose request id is `first-dataset`;
// - trainingJobs/ended on the digits with models/ended, whose request id is `first-job`; trainingJobs/paused on them;
// - an upload of kCsv as datasets/streamed, of which kSentBytes have come, whose request id is `first-upload`.
class BadInputServer {
 public:
  // Its data lie in a new folder of `parent`, or of the system's folder for temporary files.
  explicit BadInputServer(std::vector<std::string> flags = {}, const std::string& parent = "");

  TraindProcess& traind() { return *traind_; }
  ServiceStubs& stubs() { return *stubs_; }
  const std::string& data_dir() const { return folder_.path(); }
  // Its database, which is open here, too.
  Database& database() { return *database_; }
  // The name of the upload.
  const std::string& upload() const { return upload_; }

  // Stops it, which must go well, and starts it again.
  void Restart(const std::function<void()>& meanwhile = [] {});
  // The names of all datasets, jobs, models and uploads, and all files of blobs and uploads.
  std::set<std::string> Stored();
  // A good job succeeds on it, and it stops as it should.
  void EndWell();

  // What several rows ask.
  grpc::Status Create(const v1::CreateDatasetRequest& request, v1::Dataset* dataset = nullptr);
  grpc::Status Create(const v1::CreateTrainingJobRequest& request, v1::TrainingJob* job = nullptr);
  grpc::Status Create(const v1::CreateUploadRequest& request, v1::Upload* upload = nullptr);
  // Creates it twice, the first time only to be validated, which must be answered alike.
  grpc::Status Submit(v1::CreateTrainingJobRequest request);
  grpc::Status Watch(const std::string& job, int64_t after_sequence);
  grpc::Status Predict(const v1::PredictRequest& request);
  grpc::Status Write(const std::vector<v1::WriteUploadRequest>& chunks);
  grpc::Status Commit(const std::string& upload, const std::string& sha256, int64_t rows = 0);
  // Announces an upload of kCsv; its name.
  std::string Announce(const std::string& dataset_id);
  // -1 if there is no such upload.
  int64_t Committed(const std::string& upload);
  // Once the server has let go of a stream that was given up.
  void ExpectCommitted(const std::string& upload, int64_t bytes);
  // Creates a job that goes on for hours, and waits until it runs.
  void StartLongJob(const std::string& id);
  v1::TrainingJob Cancel(const std::string& job);
  void DeleteUpload(const std::string& name);
  void DeleteDataset(const std::string& name);
  // Its model too, if there is one.
  void DeleteJob(const std::string& name);

 private:
  void Start();
  void Stop();
  void Fill();
  void StorePausedJob();

  const std::vector<std::string> flags_;
  const TemporaryFolder folder_;
  std::unique_ptr<TraindProcess> traind_;
  std::unique_ptr<ServiceStubs> stubs_;
  std::unique_ptr<Database> database_;
  std::string upload_;
};

// A dataset `bad` of two classes whose label column is `label`.
v1::CreateDatasetRequest DatasetOf(const std::string& csv);
// Tensors of eight bytes a row, all 0.
v1::CreateDatasetRequest Zeros(int64_t bytes);
v1::CreateUploadRequest UploadOf(int64_t bytes, const std::string& dataset_id);
v1::WriteUploadRequest ChunkOf(const std::string& upload, int64_t offset, const std::string& data);

}  // namespace traind

#endif  // TRAIND_TESTS_INTEGRATION_BAD_INPUTS_BAD_INPUT_SERVER_H_
