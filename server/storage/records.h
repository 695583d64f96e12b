// What the database holds, as plain values. Times are kept in microseconds; ids are the last parts of resource names,
// already checked.
#ifndef TRAIND_SERVER_STORAGE_RECORDS_H_
#define TRAIND_SERVER_STORAGE_RECORDS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "engine/data/element_type.h"
#include "server/storage/blob_store.h"

namespace traind {

// The mark by which a repeated create is known, among those of a tenant. Empty id: none was given.
struct RequestMark {
  std::string id;
  std::string body_sha256;
  std::string tenant = "default";
};

enum class Task { kClassification, kRegression };

// Numbers within a blob, little-endian, row-major. `offset` is a multiple of the size of an element.
struct DatasetPart {
  std::string sha256;  // of the blob
  int64_t offset = 0;
  int64_t size = 0;  // bytes
  engine::ElementType type = engine::ElementType::kFloat32;
};

// What a column of a table is.
enum class ColumnKind { kNumeric, kCategorical, kIgnore, kLabel, kWeight };

// Of a column's cells. Mean, deviation (the root of the mean square distance from the mean), minimum and maximum are
// those of numbers; 0 for texts.
struct ColumnStatistics {
  int64_t count = 0;    // that have a value
  int64_t missing = 0;  // that have none
  double mean = 0;
  double deviation = 0;
  double minimum = 0;
  double maximum = 0;
  std::string most_frequent = {};  // empty: not known, there were too many
  int64_t most_frequent_count = 0;

  friend bool operator==(const ColumnStatistics&, const ColumnStatistics&) = default;
};

struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::kNumeric;
  std::vector<std::string> categories = {};  // by index, in byte order; of kCategorical only
  ColumnStatistics statistics = {};
  std::string warning = {};  // empty: none

  friend bool operator==(const Column&, const Column&) = default;
};

struct DatasetRecord {
  std::string id;
  Task task = Task::kClassification;
  int64_t rows = 0;
  int64_t features = 0;
  std::vector<std::string> feature_names;
  std::vector<Column> columns = {};             // of the file, in its order; empty: tensors
  std::string label_column;                     // empty: tensors, or several columns
  std::vector<std::string> class_names;         // empty for regression
  std::vector<std::string> target_names;        // empty for classification
  DatasetPart feature_part;                     // [rows, features]; a category is its index, what is missing NaN
  DatasetPart label_part;                       // [rows] class indices, of an integer type, or [rows, targets]
  std::optional<DatasetPart> weight_part = {};  // [rows]: how much each row's loss counts; none: 1 each
  std::string sha256;                           // of everything that training depends on
  absl::Time create_time = absl::UnixEpoch();
  RequestMark request;
  std::string upload_id = {};      // of the upload that it was; empty: it came inline
  std::string upload_sha256 = {};  // of the bytes that were uploaded
  std::string tenant = "default";  // whose it is
};

// An upload under way.
struct UploadRecord {
  std::string id;
  std::string dataset_id;   // what it is to become
  std::string format_json;  // DatasetFormat as proto3 JSON
  int64_t size = 0;         // bytes announced
  int64_t committed = 0;    // bytes that are on the disk for good
  absl::Time create_time = absl::UnixEpoch();
  absl::Time expire_time = absl::UnixEpoch();
  RequestMark request = {};
  std::string tenant = "default";  // whose it is
};

// The blobs that hold a dataset's parts, each once. A blob ends where the last part in it does.
std::vector<BlobInfo> BlobsOf(const DatasetRecord& record);

// See TrainingJob.State in proto/traind/v1/training_job.proto. Stored as text.
enum class JobState { kQueued, kRunning, kPausing, kPaused, kCancelling, kSucceeded, kFailed, kCancelled };

constexpr bool HasEnded(JobState state) {
  return state == JobState::kSucceeded || state == JobState::kFailed || state == JobState::kCancelled;
}

struct JobProgress {
  int64_t epoch = 0;
  int64_t epochs = 0;
  int64_t step = 0;
  int64_t steps = 0;
  double samples_per_second = 0;
  std::map<std::string, double> metrics;
};

// Figures that are more than a number, row-major.
struct MetricTable {
  std::vector<double> values;
  int64_t columns = 1;

  friend bool operator==(const MetricTable&, const MetricTable&) = default;
};

// See TrainingResult in training_job.proto. Stored as text.
enum class StopReason { kEpochsDone, kEarlyStopped, kTimeBudgetSpent, kStepBudgetSpent };

// See PhaseTime in training_job.proto.
struct PhaseTime {
  std::string phase;
  double seconds = 0;

  friend bool operator==(const PhaseTime&, const PhaseTime&) = default;
};

// What dense layers multiplied. See TrainingSpec.Precision in training_spec.proto. Stored as text.
enum class Precision { kFloat32, kBf16Mixed };

struct JobResult {
  std::string model_id;
  std::map<std::string, double> metrics;
  double train_seconds = 0;
  double samples_per_second = 0;
  std::string weights_sha256;
  int threads = 0;
  std::map<std::string, MetricTable> metric_tables = {};
  StopReason stop_reason = StopReason::kEpochsDone;
  int64_t best_epoch = 0;               // whose weights were kept; 0: the last
  int64_t epochs = 0;                   // trained; 0 in results that an earlier traind left
  std::vector<PhaseTime> profile = {};  // empty: not asked for
  Precision precision = Precision::kFloat32;
};

// See TrainingError in training_job.proto. Stored as text.
enum class JobErrorReason { kDiverged, kDataLoss, kResourceExhausted, kInternal, kInvalidData, kNoBfloat16 };

struct JobError {
  JobErrorReason reason = JobErrorReason::kInternal;
  std::string message;
  int64_t step = 0;
  std::string layer = {};  // where a divergence began; else empty
};

struct JobRecord {
  int64_t number = 0;  // order of creation, set by the database
  std::string id;
  std::string dataset_id;
  std::string validation_dataset_id;  // empty: none
  std::string spec_json;              // TrainingSpec as proto3 JSON
  std::string tenant = "default";     // whose it is
  int64_t priority = 0;               // of QUEUED jobs those of the highest run first
  int64_t threads = 1;                // and cores that it trains on
  int64_t memory_bytes = 0;           // that it is expected to take while it runs
  JobState state = JobState::kQueued;
  JobProgress progress;
  std::optional<JobResult> result;
  std::optional<JobError> error;
  std::string owner;    // the server process that last claimed it
  int64_t attempt = 0;  // the fencing number: times it was claimed
  absl::Time lease_until = absl::UnixEpoch();
  absl::Time create_time = absl::UnixEpoch();
  std::optional<absl::Time> start_time;
  std::optional<absl::Time> end_time;
  int64_t last_sequence = 0;
  RequestMark request;
};

// A saved state of a job; the names of its file.
struct CheckpointRecord {
  int64_t job_number = 0;
  int64_t attempt = 0;  // that wrote it
  int64_t step = 0;     // after which

  friend bool operator==(const CheckpointRecord&, const CheckpointRecord&) = default;
};

// A line of a job's log.
struct StateChanged {
  JobState state = JobState::kQueued;
  std::optional<JobResult> result;
  std::optional<JobError> error;
};
struct Progressed {
  JobProgress progress;
};
struct EpochEnded {
  JobProgress progress;  // `progress.epoch` is the epoch that ended
};
struct JobEvent {
  int64_t sequence = 0;  // set by the database: 1, 2, 3, ... within a job
  absl::Time time = absl::UnixEpoch();
  std::variant<StateChanged, Progressed, EpochEnded> kind;
};

struct ModelRecord {
  int64_t number = 0;  // order of creation, set by the database
  std::string id;
  std::string tenant = "default";  // whose it is, as its job was
  std::string job_id;
  std::string dataset_id;
  std::string dataset_sha256;
  std::string validation_dataset_id;  // empty: none
  std::string validation_dataset_sha256;
  std::string spec_json;
  Task task = Task::kClassification;
  std::vector<std::string> feature_names;
  std::vector<Column> columns = {};  // the features, in their order; empty: all are numbers, as of tensors
  std::vector<std::string> class_names;
  std::vector<std::string> target_names;
  std::map<std::string, double> metrics;
  std::map<std::string, MetricTable> metric_tables;
  BlobInfo weights;  // a safetensors file
  int64_t parameters = 0;
  int threads = 0;
  Precision precision = Precision::kFloat32;
  std::string onednn_version;
  absl::Time create_time = absl::UnixEpoch();
};

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_RECORDS_H_
