// One claimed job, from its row to its end.
#ifndef TRAIND_SERVER_JOBS_TRAINING_RUN_H_
#define TRAIND_SERVER_JOBS_TRAINING_RUN_H_

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "engine/training/spec.h"
#include "server/jobs/event_hub.h"
#include "server/storage/blob_store.h"
#include "server/storage/checkpoint_store.h"
#include "server/storage/dataset_store.h"
#include "server/storage/job_store.h"
#include "server/telemetry/metrics.h"

namespace traind {

// Reads JobRecord::spec_json. server/convert has one; this folder knows no wire format.
using SpecDecoder = std::function<absl::StatusOr<engine::TrainingSpec>(const std::string& spec_json)>;

// What a run works with. All of it outlives the run and is shared by many at once.
struct RunParts {
  JobStore& jobs;
  DatasetStore& datasets;
  BlobStore& blobs;
  CheckpointStore& checkpoints;
  EventHub& hub;
  Metrics& metrics;
  SpecDecoder decode_spec;
};

// A run that is over but not yet in the database.
struct RunEnd {
  JobEnd end;
  // Of a succeeded run: holds the weights, which are durable, until the model's row is there.
  std::unique_ptr<BlobWriter> weights;
};

// Trains `job` (RUNNING, as Claim returned it) on its threads, of which the calling one is the first, from its newest
// checkpoint on if it has one, and writes its log and checkpoints as it goes. What storage fails in for a passing
// reason (IsPassing) comes back as an error, with the log and the checkpoints as they are: the run is not over, and the
// same call, with the job as it is in the database by then, goes on from the newest checkpoint. Only the weights of a
// training that is done are insisted upon, until `stop` asks. Whatever else goes wrong becomes a FAILED end:
//   DIVERGED            the loss, or a weight, became NaN or infinite
//   DATA_LOSS           a dataset is damaged or gone
//   RESOURCE_EXHAUSTED  no memory
//   INVALID_DATA        the data holds what the network cannot take
//   NO_BFLOAT16         the spec wants bfloat16, which this processor does not have
//   INTERNAL            anything else, exceptions included
// A run that `stop` ended is CANCELLED; whether it is a cancel, a pause or only the server that stops is the caller's
// to know, and its log is written and, unless the job is CANCELLING, its state saved. What the log of any other lacks
// goes with the end.
absl::StatusOr<RunEnd> RunTraining(const RunParts& parts, const JobRecord& job, const std::stop_token& stop);

}  // namespace traind

#endif  // TRAIND_SERVER_JOBS_TRAINING_RUN_H_
