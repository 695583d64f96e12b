// What a client is right about and something else goes wrong: the disk, the server's end, the arithmetic, the network.
#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/integration/bad_inputs/bad_input.h"

namespace traind {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMebibyte = 1 << 20;

void FlipAByte(const fs::path& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(fs::file_size(path) / 2);
  file.seekg(middle);
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(middle).put(byte);
  EXPECT_TRUE(file.good()) << path;
}

fs::path LargestFileOf(const std::string& folder) {
  fs::path largest;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && (largest.empty() || entry.file_size() > fs::file_size(largest))) {
      largest = entry.path();
    }
  }
  return largest;
}

void DamageTheWeights(BadInputServer& server) {
  const std::string sha256 = server.stubs().GetJob("trainingJobs/ended").result().weights_sha256();
  FlipAByte(absl::StrCat(server.data_dir(), "/blobs/", sha256.substr(0, 2), "/", sha256));
}

// The features of the digits are the most that is stored.
void DamageTheDataset(BadInputServer& server) {
  server.Restart([&] { FlipAByte(LargestFileOf(server.data_dir() + "/blobs")); });
}

void CutTheUpload(BadInputServer& server) {
  server.Restart([&] { fs::resize_file(LargestFileOf(server.data_dir() + "/uploads"), kSentBytes - 1); });
}

grpc::Status PredictARow(BadInputServer& server) {
  v1::PredictRequest request;
  request.set_name("models/ended");
  v1::PredictRequest::Row& row = *request.mutable_rows()->add_rows();
  for (int i = 0; i < 64; ++i) row.add_values(1);
  return server.Predict(request);
}

grpc::Status UseTheDataset(BadInputServer& server) {
  EXPECT_TRUE(ServiceStubs::Ok(server.Create(server.stubs().DigitsJob("bad"))));
  const v1::TrainingJob job = server.stubs().WaitForEnd("trainingJobs/bad");
  EXPECT_EQ(job.state(), v1::TrainingJob::FAILED);
  EXPECT_EQ(job.error().reason(), v1::TrainingError::DATA_LOSS) << job.error().message();
  server.DeleteJob("trainingJobs/bad");
  v1::PredictRequest request;
  request.set_name("models/ended");
  request.mutable_held_out_rows();
  return server.Predict(request);
}

// Fills the disk of a server, but for so much; with 0 to the last byte, whatever else is written to it.
class FullDisk {
 public:
  FullDisk(const BadInputServer& server, int64_t left) : path_(server.data_dir() + "/filler") {
    const auto free = static_cast<int64_t>(fs::space(server.data_dir()).available);
    const std::string mebibyte(kMebibyte, '\0');
    std::ofstream file(path_, std::ios::binary);
    for (int64_t rest = left == 0 ? 2 * free : free - left; rest > 0 && file.good(); rest -= kMebibyte) {
      file.write(mebibyte.data(), std::min(rest, kMebibyte));
    }
    EXPECT_EQ(file.flush().good(), left > 0);
  }
  ~FullDisk() { fs::remove(path_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  const std::string path_;
};

int64_t Checkpoints(const BadInputServer& server) {
  return std::distance(fs::directory_iterator(server.data_dir() + "/checkpoints"), {});
}

// A job that runs is not disturbed, and its state can still be saved.
grpc::Status StoreUnderTheFloor(BadInputServer& server) {
  const FullDisk full(server, 33 * kMebibyte);
  const grpc::Status announced = server.Create(UploadOf(2 * kMebibyte, "bad"));
  EXPECT_EQ(announced.error_code(), Code::RESOURCE_EXHAUSTED);
  const auto checkpoints = Checkpoints(server);
  v1::PauseTrainingJobRequest pause;
  pause.set_name("trainingJobs/running");
  v1::TrainingJob job;
  ServiceStubs& stubs = server.stubs();
  EXPECT_TRUE(stubs.Ok(stubs.training().PauseTrainingJob(stubs.NewContext(), pause, &job)));
  while (job.state() == v1::TrainingJob::PAUSING) job = stubs.GetJob("trainingJobs/running");
  EXPECT_EQ(job.state(), v1::TrainingJob::PAUSED);
  EXPECT_EQ(Checkpoints(server), checkpoints + 1);
  grpc::Status status = server.Create(Zeros(2 * kMebibyte));
  EXPECT_EQ(RefusalOf(status).info.reason(), "DISK_FULL");
  EXPECT_GT(RefusalOf(status).retry.retry_delay().seconds(), 0);
  return status;
}

// There would be room for the text, but not for the numbers that it holds.
grpc::Status StoreOnAFullDisk(BadInputServer& server) {
  const FullDisk full(server, 5 * kMebibyte);
  std::string csv = "x,label\n";
  while (csv.size() < 4'000'000) csv += "1,0\n2,1\n";
  return server.Create(DatasetOf(csv));
}

bool HeldUp(BadInputServer& server) {
  return testing::Matches(testing::ContainsRegex("\ntraind_jobs_held_up_total [1-9]"))(
      server.traind().HttpGet("/metrics"));
}

// A job that runs waits, and goes on in its first attempt once there is room.
grpc::Status TrainOnAFullDisk(BadInputServer& server) {
  constexpr char kJob[] = "trainingJobs/running";
  const auto patience = [](const std::function<bool()>& done) {
    for (int i = 0; i < 900 && !done(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  };
  grpc::Status status;
  {
    const FullDisk full(server, 0);
    status = server.Create(Zeros(2 * kMebibyte));
    patience([&] { return HeldUp(server); });
    EXPECT_TRUE(HeldUp(server));
    EXPECT_EQ(server.stubs().GetJob(kJob).state(), v1::TrainingJob::RUNNING);
  }
  const int64_t told = server.stubs().GetJob(kJob).progress().epoch();
  patience([&] { return server.stubs().GetJob(kJob).progress().epoch() > told; });
  const v1::TrainingJob job = server.stubs().GetJob(kJob);
  EXPECT_GT(job.progress().epoch(), told);
  EXPECT_EQ(job.attempt(), 1);
  return status;
}

// There was room when it was announced.
grpc::Status UploadToAFullDisk(BadInputServer& server) {
  v1::Upload upload;
  EXPECT_TRUE(ServiceStubs::Ok(server.Create(UploadOf(16 * kMebibyte, "large"), &upload)));
  std::vector<v1::WriteUploadRequest> chunks;
  for (int i = 0; i < 16; ++i) chunks.push_back(ChunkOf(upload.name(), i * kMebibyte, std::string(kMebibyte, 'x')));
  grpc::Status status;
  {
    const FullDisk full(server, 5 * kMebibyte);
    status = server.Write(chunks);
  }
  const int64_t committed = server.Committed(upload.name());
  EXPECT_GE(committed, 0);
  chunks.erase(chunks.begin(), chunks.begin() + committed / kMebibyte);
  EXPECT_TRUE(ServiceStubs::Ok(server.Write(chunks))) << "it goes on once there is room";
  EXPECT_EQ(server.Committed(upload.name()), 16 * kMebibyte);
  server.DeleteUpload(upload.name());
  return status;
}

grpc::Status StopTheServer(BadInputServer& server) {
  v1::WatchTrainingJobRequest request;
  request.set_name("trainingJobs/running");
  auto reader = server.stubs().training().WatchTrainingJob(server.stubs().NewContext(), request);
  v1::TrainingEvent event;
  EXPECT_TRUE(reader->Read(&event));
  kill(server.traind().pid(), SIGTERM);
  int64_t last = event.sequence();
  while (reader->Read(&event)) last = event.sequence();
  grpc::Status status = reader->Finish();
  const google::rpc::ErrorInfo info = RefusalOf(status).info;
  EXPECT_EQ(info.reason(), "SERVER_STOPPING");
  EXPECT_EQ(info.metadata().at("after_sequence"), absl::StrCat(last));
  reader.reset();
  server.Restart();
  request.set_after_sequence(last);
  reader = server.stubs().training().WatchTrainingJob(server.stubs().NewContext(), request);
  EXPECT_TRUE(reader->Read(&event));
  EXPECT_EQ(event.sequence(), last + 1) << "the job goes on, and the watch with it";
  return status;
}

grpc::Status WriteWhileTheDatabaseIsLocked(BadInputServer& server) {
  grpc::Status status;
  int64_t committed = 0;
  const absl::Status locked = server.database().Write([&](soci::session&) {
    status = server.Create(DatasetOf(kCsv));
    committed = server.Committed(server.upload());
    return absl::OkStatus();
  });
  EXPECT_TRUE(locked.ok()) << locked;
  EXPECT_EQ(committed, kSentBytes) << "what only reads goes on";
  return status;
}

// The job was right to ask for; it is the training that fails.
grpc::Status TrainWithAnAbsurdLearningRate(BadInputServer& server) {
  std::string csv = "x,label\n";
  for (int i = 0; i < 200; ++i) absl::StrAppend(&csv, (i % 7) * 1e30, ",", i % 2, "\n");
  EXPECT_TRUE(ServiceStubs::Ok(server.Create(DatasetOf(csv))));
  v1::CreateTrainingJobRequest request = server.stubs().DigitsJob("wild");
  request.mutable_training_job()->set_dataset("datasets/bad");
  v1::TrainingSpec& spec = *request.mutable_training_job()->mutable_spec();
  spec.mutable_model()->clear_layers();
  spec.mutable_model()->add_layers()->mutable_dense()->set_units(4);
  spec.mutable_model()->add_layers()->mutable_dense()->set_units(2);
  spec.mutable_model()->add_layers()->mutable_activation()->set_function(v1::Activation::SOFTMAX);
  spec.mutable_optimizer()->mutable_sgd()->set_learning_rate(1000);
  grpc::Status status = server.Create(request);
  const v1::TrainingJob job = server.stubs().WaitForEnd("trainingJobs/wild");
  EXPECT_EQ(job.state(), v1::TrainingJob::FAILED);
  EXPECT_EQ(job.error().reason(), v1::TrainingError::DIVERGED);
  EXPECT_THAT(job.error().message(), ::testing::ContainsRegex("step [0-9]+.*learning_rate"));
  EXPECT_FALSE(job.error().layer().empty());
  server.DeleteJob("trainingJobs/wild");
  server.DeleteDataset("datasets/bad");
  return status;
}

grpc::Status WatchAndVanish(BadInputServer& server) {
  v1::CreateTrainingJobRequest request = server.stubs().DigitsJob("watched");
  grpc::Status status = server.Create(request);
  for (int i = 0; i < 5; ++i) {
    const auto connection = std::make_unique<ServiceStubs>(server.traind().Connect());
    connection->ReadUntilEpoch("trainingJobs/watched", 1);
  }
  EXPECT_EQ(server.stubs().WaitForEnd("trainingJobs/watched").state(), v1::TrainingJob::SUCCEEDED);
  server.DeleteJob("trainingJobs/watched");
  return status;
}

void StartAJob(BadInputServer& server) { server.StartLongJob("running"); }

}  // namespace

std::vector<BadInput> BadLuck() {
  const Code lost = Code::DATA_LOSS, exhausted = Code::RESOURCE_EXHAUSTED, unavailable = Code::UNAVAILABLE;
  const std::vector<std::string> no_floor = {"--min_free_disk_mb=0"};
  return {
      {.number = 38,
       .name = "WeightsDamaged",
       .send = PredictARow,
       .code = lost,
       .message = "corrupt",
       .prepare = DamageTheWeights},
      {.number = 38,
       .name = "DatasetDamaged",
       .send = UseTheDataset,
       .code = lost,
       .message = "corrupt",
       .prepare = DamageTheDataset},
      {.number = 38,
       .name = "UploadCut",
       .send = [](BadInputServer& server) { return server.Write({ChunkOf(server.upload(), kSentBytes, "x")}); },
       .code = lost,
       .message = "6 of the 7 bytes",
       .prepare = CutTheUpload},
      {.number = 49,
       .name = "DiskUnderTheFloor",
       .send = StoreUnderTheFloor,
       .code = exhausted,
       .message = "--min_free_disk_mb",
       .flags = {"--min_free_disk_mb=32"},
       .prepare = StartAJob,
       .disk_mb = 64},
      {.number = 49,
       .name = "DiskFull",
       .send = StoreOnAFullDisk,
       .code = exhausted,
       .message = "No space left",
       .flags = no_floor,
       .disk_mb = 32},
      {.number = 49,
       .name = "DiskFullUnderAJob",
       .send = TrainOnAFullDisk,
       .code = exhausted,
       .message = "No space left",
       .flags = no_floor,
       .prepare = StartAJob,
       .disk_mb = 32},
      {.number = 49,
       .name = "DiskFilledByAnUpload",
       .send = UploadToAFullDisk,
       .code = exhausted,
       .message = "No space left",
       .flags = no_floor,
       .disk_mb = 32},
      {.number = 55, .name = "ServerStops", .send = StopTheServer, .code = unavailable, .prepare = StartAJob},
      {.number = 55,
       .name = "DatabaseLocked",
       .send = WriteWhileTheDatabaseIsLocked,
       .code = unavailable,
       .message = "database",
       // Ten seconds, for which no other row need wait.
       .prepare = [](BadInputServer&) {}},
      {.number = 57, .name = "AbsurdLearningRate", .send = TrainWithAnAbsurdLearningRate, .code = Code::OK},
      {.number = 58, .name = "WatchersVanish", .send = WatchAndVanish, .code = Code::OK},
  };
}

}  // namespace traind
