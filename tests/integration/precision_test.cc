// What a server answers on a processor without bfloat16, which oneDNN is told by its environment to act as.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

TEST(PrecisionTest, Bfloat16IsRefusedAndAutoFallsBackWhereTheProcessorHasNone) {
  TemporaryFolder folder;
  ASSERT_EQ(setenv("ONEDNN_MAX_CPU_ISA", "AVX2", 1), 0);
  TraindProcess traind(folder.path());
  ASSERT_EQ(unsetenv("ONEDNN_MAX_CPU_ISA"), 0);
  ServiceStubs stubs(traind.Connect());
  stubs.CreateDigits();
  v1::CreateTrainingJobRequest request = stubs.DigitsJob("mixed");
  v1::TrainingSpec& spec = *request.mutable_training_job()->mutable_spec();
  spec.set_epochs(1);
  spec.set_precision(v1::TrainingSpec::BF16_MIXED);
  v1::TrainingJob job;
  for (const bool validate_only : {true, false}) {
    request.set_validate_only(validate_only);
    const grpc::Status refused = stubs.training().CreateTrainingJob(stubs.NewContext(), request, &job);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION) << refused.error_message();
    EXPECT_EQ(RefusalOf(refused).info.reason(), "NO_BFLOAT16");
  }
  spec.set_precision(v1::TrainingSpec::AUTO);
  ASSERT_TRUE(ServiceStubs::Ok(stubs.training().CreateTrainingJob(stubs.NewContext(), request, &job)));
  EXPECT_EQ(stubs.WaitForEnd("trainingJobs/mixed").state(), v1::TrainingJob::SUCCEEDED);
}

}  // namespace
}  // namespace traind
