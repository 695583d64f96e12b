// The same seed, spec, data and thread count give the same weights, bit for bit: here and in another process.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/formats/safetensors.h"
#include "engine/ops/op.h"
#include "tests/engine/training/small_network.h"

namespace traind::engine {
namespace {

// Everything that draws random numbers, and a moving average besides.
TrainingSpec RandomSpec(uint64_t seed) {
  TrainingSpec spec = DigitsSpec();
  const LayerSpec output = spec.model.layers[6];
  const LayerSpec softmax = spec.model.layers[7];
  spec.model.layers.resize(6);
  spec.model.layers.push_back({"", DropoutSpec{.rate = 0.3}});
  spec.model.layers.push_back({"", GaussianNoiseSpec{.stddev = 0.1}});
  ResidualSpec residual;
  residual.layers = {{"", DenseSpec{.units = 64}}, {"", BatchNormalizationSpec{}}, {"", DropoutSpec{.rate = 0.5}}};
  spec.model.layers.push_back({"", residual});
  spec.model.layers.push_back(output);
  spec.model.layers.push_back(softmax);
  spec.optimizer.ema_momentum = 0.9;
  spec.gradient_accumulation_steps = 3;
  spec.epochs = 2;
  spec.seed = seed;
  return spec;
}

// FNV-1a over the weights as safetensors.
std::string WeightsHash(int threads, uint64_t seed, Precision precision) {
  TrainingSpec spec = RandomSpec(seed);
  spec.precision = precision;
  uint64_t hash = 0xcbf29ce484222325;
  for (const unsigned char byte : SerializeSafetensors(Train(spec, LoadDigits(), threads).weights)) {
    hash = (hash ^ byte) * 0x100000001b3;
  }
  return absl::StrCat(absl::Hex(hash, absl::kZeroPad16));
}

// Which runs the test that calls this.
std::string HashOfAnotherProcess(int threads) {
  const std::string command =
      absl::StrCat("TRAIND_TEST_THREADS=", threads, " /proc/", getpid(), "/exe --gtest_filter=DeterminismTest.",
                   testing::UnitTest::GetInstance()->current_test_info()->name());
  std::FILE* const output = popen(command.c_str(), "r");
  std::string text;
  for (int letter = 0; (letter = std::fgetc(output)) != EOF;) text += static_cast<char>(letter);
  EXPECT_EQ(pclose(output), 0) << text;
  const std::size_t at = text.find("hash=");
  return at == std::string::npos ? "" : text.substr(at + 5, 16);
}

void ExpectTheSameWeightsHereAndInAnotherProcess(Precision precision) {
  // What the other process runs.
  if (const char* threads = std::getenv("TRAIND_TEST_THREADS")) {
    std::printf("hash=%s\n", WeightsHash(std::atoi(threads), 7, precision).c_str());
    return;
  }
  for (const int threads : {1, 2}) {
    SCOPED_TRACE(threads);
    const std::string hash = WeightsHash(threads, 7, precision);
    EXPECT_EQ(WeightsHash(threads, 7, precision), hash);
    EXPECT_EQ(HashOfAnotherProcess(threads), hash);
    EXPECT_NE(WeightsHash(threads, 8, precision), hash);
  }
}

TEST(DeterminismTest, TheSameRunGivesTheSameWeightsHereAndInAnotherProcess) {
  ExpectTheSameWeightsHereAndInAnotherProcess(Precision::kFloat32);
}

TEST(DeterminismTest, SoItDoesWithBfloat16) {
  if (!CpuHasBfloat16()) GTEST_SKIP() << "this processor has no bfloat16";
  ExpectTheSameWeightsHereAndInAnotherProcess(Precision::kBf16Mixed);
}

}  // namespace
}  // namespace traind::engine
