#include "tests/chaos/job_kinds.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind::chaos {
namespace {

// Between two kills there is mostly time for some checkpoints.
constexpr int64_t kStepsPerCheckpoint = 150;

}  // namespace

v1::TrainingSpec SpecOf(uint64_t kind) {
  v1::TrainingSpec spec;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(ReadSourceFile("examples/digits.json"), &spec).ok());
  spec.set_seed(static_cast<int64_t>(kind));
  spec.set_epochs(20 + 20 * static_cast<int32_t>(kind));
  spec.set_threads(1);
  spec.mutable_checkpoint()->set_every_steps(kStepsPerCheckpoint);
  if (kind == 1) spec.mutable_optimizer()->set_ema_momentum(0.9);
  if (kind == 2) spec.mutable_early_stopping()->set_restore_best_weights(true);
  if (kind == 3) spec.set_gradient_accumulation_steps(3);
  return spec;
}

std::map<uint64_t, std::string> ReferenceWeights() {
  TemporaryFolder folder;
  TraindProcess server(folder.path());
  ServiceStubs stubs(server.Connect());
  stubs.CreateDigits();
  std::map<uint64_t, std::string> weights;
  std::set<std::string> different;
  for (uint64_t kind = 0; kind < kJobKinds; ++kind) {
    v1::CreateTrainingJobRequest request = stubs.DigitsJob(absl::StrCat("kind-", kind));
    *request.mutable_training_job()->mutable_spec() = SpecOf(kind);
    request.mutable_training_job()->mutable_spec()->clear_checkpoint();
    v1::TrainingJob job;
    EXPECT_TRUE(ServiceStubs::Ok(stubs.training().CreateTrainingJob(stubs.NewContext(), request, &job)));
    job = stubs.WaitForEnd(job.name());
    EXPECT_EQ(job.state(), v1::TrainingJob::SUCCEEDED) << job.error().message();
    EXPECT_EQ(job.attempt(), 1);
    weights[kind] = job.result().weights_sha256();
    different.insert(weights[kind]);
  }
  EXPECT_EQ(different.size(), kJobKinds) << "kinds that give the same would hide each other's faults";
  EXPECT_EQ(server.Terminate(), 0);
  return weights;
}

}  // namespace traind::chaos
