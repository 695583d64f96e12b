// The whole engine on a real regression: the prices of California's districts in the census of 1990.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "engine/ops/op.h"
#include "engine/training/trainer.h"
#include "tests/engine/training/recording_observer.h"

namespace traind::engine {
namespace {

// examples/housing.csv: 13 numbers about each of 20,640 districts, and its median price in 100,000 dollars.
constexpr int kFeatures = 13;

struct Districts {
  std::vector<float> features;
  std::vector<float> prices;

  DatasetView view() const {
    return {.shape = {.rows = static_cast<int64_t>(prices.size()), .features = kFeatures},
            .features = features.data(),
            .targets = prices.data()};
  }
};

Districts LoadHousing() {
  Districts districts;
  std::ifstream file(TRAIND_SOURCE_DIR "/examples/housing.csv");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const char* at = line.c_str();
    char* end = nullptr;
    for (int i = 0; i < kFeatures; ++i, at = end + 1) districts.features.push_back(std::strtof(at, &end));
    districts.prices.push_back(std::strtof(at, &end));
  }
  return districts;
}

// examples/housing.json.
TrainingSpec HousingSpec() {
  TrainingSpec spec;
  spec.model.layers.push_back({"", BatchNormalizationSpec{}});
  for (const int64_t units : {128, 64}) {
    spec.model.layers.push_back({"", DenseSpec{.units = units}});
    spec.model.layers.push_back({"", BatchNormalizationSpec{}});
    spec.model.layers.push_back({"", ActivationSpec{.function = ActivationFunction::kRelu}});
  }
  spec.model.layers.push_back({"", DenseSpec{.units = 1}});
  spec.loss = MeanSquaredErrorSpec{};
  spec.optimizer.kind = AdamSpec{.learning_rate = 0.003};
  spec.optimizer.ema_momentum = 0.99;
  spec.metrics = {Metric::kR2, Metric::kRmse, Metric::kMae};
  spec.epochs = 30;
  spec.batch_size = 128;
  spec.validation_split = 0.2;
  return spec;
}

// PyTorch's mean with the same network, rows and settings is 0.7936 (0.7954 0.7924 0.7911 0.7939 0.7951; with its own
// initialization 0.7953: tests/golden/housing_torch.py). Here it is 0.7937 (0.7935 0.7923 0.7937 0.7941 0.7949).
// Without averaging the weights seeds differ by more: PyTorch 0.7838 (0.7765 to 0.7907), here 0.7744 (0.7586 to 0.7900;
// over 20 seeds 0.7797).
constexpr double kPyTorch = 0.7936;

double MeanR2(const Districts& districts, Precision precision) {
  TrainingSpec spec = HousingSpec();
  spec.precision = precision;
  double sum = 0;
  for (spec.seed = 0; spec.seed < 5; ++spec.seed) {
    auto trainer = Trainer::Create(spec, districts.view(), 1);
    EXPECT_TRUE(trainer.ok()) << trainer.status();
    RecordingObserver observer;
    const auto outcome = (*trainer)->Run(observer, {});
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    const double r2 = outcome->metrics.values.at("val_r2");
    testing::Test::RecordProperty("val_r2_" + std::to_string(spec.seed), std::to_string(r2));
    testing::Test::RecordProperty("val_rmse_" + std::to_string(spec.seed),
                                  std::to_string(outcome->metrics.values.at("val_rmse")));
    sum += r2;
  }
  return sum / 5;
}

// Well above what is promised, 0.77.
TEST(HousingTest, ExplainsAsMuchOfThePricesAsPyTorchDoes) {
  const Districts districts = LoadHousing();
  ASSERT_EQ(districts.prices.size(), 20640U);
  ASSERT_FLOAT_EQ(districts.prices.front(), 4.526F);
  EXPECT_GE(MeanR2(districts, Precision::kFloat32), kPyTorch - 0.005);
}

TEST(HousingTest, ExplainsAsMuchWithBfloat16) {
  if (!CpuHasBfloat16()) GTEST_SKIP() << "this processor has no bfloat16";
  const Districts districts = LoadHousing();
  const double r2 = MeanR2(districts, Precision::kBf16Mixed);
  RecordProperty("mean", std::to_string(r2));
  EXPECT_NEAR(r2, MeanR2(districts, Precision::kFloat32), 0.005);
}

}  // namespace
}  // namespace traind::engine
