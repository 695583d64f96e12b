#include "engine/training/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/core/aligned_buffer.h"
#include "engine/ops/op.h"
#include "engine/training/lowering.h"
#include "tests/engine/digits.h"

namespace traind::engine {
namespace {

// On processors that oneDNN has no fast code for, there is nothing to choose.
bool HasFastCode() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2");
#else
  return false;
#endif
}

// The full batch, the short last one, and those of the held-out rows. `training`: how many primitives there are.
void ExpectNoSlowOnednnCodeForTheDigits(Precision precision, std::size_t training) {
  for (const int64_t batch_size : {32, 256}) {
    const auto network = LowerModel(DigitsSpec().model, 64, batch_size, OutputActivation::kSoftmax, precision);
    ASSERT_TRUE(network.ok()) << network.status();
    const Weights weights(network->weights(), true);
    const Activations activations(*network, batch_size, true);
    const AlignedBuffer input(batch_size * 64);
    const OpContext context;
    for (const int64_t rows : {batch_size, int64_t{29}, int64_t{8}}) {
      for (const auto mode : {Program::Mode::kTraining, Program::Mode::kInference}) {
        const auto program = Program::Compile({.context = context,
                                               .network = *network,
                                               .weights = weights,
                                               .activations = activations,
                                               .input = input.data()},
                                              rows, mode);
        ASSERT_TRUE(program.ok()) << program.status();
        EXPECT_EQ(program->implementations().size(), mode == Program::Mode::kTraining ? training : 5u);
        for (const std::string& implementation : program->implementations()) {
          EXPECT_THAT(implementation, testing::Not(testing::HasSubstr("ref"))) << rows;
          EXPECT_THAT(implementation, testing::Not(testing::HasSubstr("simple"))) << rows;
        }
      }
    }
  }
}

TEST(ProgramTest, RunsNoSlowOnednnCodeForTheDigits) {
  if (!HasFastCode()) GTEST_SKIP() << "this processor has no AVX2";
  // Per dense layer forward and weights, all but the first also data; per normalization forward and backward.
  ExpectNoSlowOnednnCodeForTheDigits(Precision::kFloat32, 12);
}

TEST(ProgramTest, RunsNoSlowOnednnCodeForTheDigitsWithBfloat16) {
  if (!CpuHasBfloat16()) GTEST_SKIP() << "this processor has no bfloat16";
  // Per dense layer its input, its weights and the gradient of its output are rounded besides.
  ExpectNoSlowOnednnCodeForTheDigits(Precision::kBf16Mixed, 12 + 3 * 3);
}

TEST(LoweringTest, BatchNormalizationTakesInTheReluAndCancelsTheBias) {
  const auto network = LowerModel(DigitsSpec().model, 64, 32, OutputActivation::kSoftmax);
  ASSERT_TRUE(network.ok()) << network.status();
  EXPECT_EQ(network->outputs(), 10);
  EXPECT_TRUE(network->needs_two_rows());
  int trainable_biases = 0;
  for (const WeightDefinition& weight : network->weights()) {
    trainable_biases += weight.name.starts_with("dense") && weight.name.ends_with(".bias") && weight.trainable;
  }
  EXPECT_EQ(trainable_biases, 1);
}

}  // namespace
}  // namespace traind::engine
