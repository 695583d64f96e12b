// Any text as a training spec in JSON: refused with field violations, or one that can be kept and read again, whose fit
// to a dataset and whose memory can be told.
#include <google/protobuf/util/json_util.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "engine/training/training_bytes.h"
#include "server/convert/training_spec.h"
#include "server/datasets/stored_dataset.h"
#include "traind/v1/training_spec.pb.h"

namespace traind {
namespace {

DatasetRecord Dataset(Task task) {
  DatasetRecord dataset;
  dataset.task = task;
  dataset.rows = 100;
  dataset.features = 4;
  dataset.feature_names = {"0", "1", "2", "3"};
  if (task == Task::kClassification) {
    dataset.class_names = {"a", "b", "c"};
  } else {
    dataset.target_names = {"t"};
  }
  return dataset;
}

void Fit(const engine::TrainingSpec& spec, Task task) {
  const DatasetRecord dataset = Dataset(task);
  const absl::Status fits = CheckFits(spec, dataset);
  if (!fits.ok()) {
    if (!absl::IsInvalidArgument(fits) && !absl::IsFailedPrecondition(fits)) std::abort();
    return;
  }
  const auto bytes = engine::EstimateTrainingBytes(spec, ShapeOf(dataset));
  if (bytes.ok() ? *bytes <= 0 : !absl::IsFailedPrecondition(bytes.status())) std::abort();
}

}  // namespace
}  // namespace traind

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace traind;
  v1::TrainingSpec message;
  if (!google::protobuf::util::JsonStringToMessage({reinterpret_cast<const char*>(data), size}, &message).ok())
    return 0;
  const auto spec = FromProto(message);
  if (!spec.ok()) {
    if (!absl::IsInvalidArgument(spec.status())) std::abort();
    return 0;
  }
  if (!SpecFromJson(SpecToJson(message)).ok()) std::abort();
  Fit(*spec, Task::kClassification);
  Fit(*spec, Task::kRegression);
  return 0;
}
