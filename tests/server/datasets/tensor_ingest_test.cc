#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <limits>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/storage/sha256.h"
#include "tests/server/datasets/ingest_fixture.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

template <typename Label>
std::string Bytes(const std::vector<float>& features, const std::vector<Label>& labels) {
  return std::string(reinterpret_cast<const char*>(features.data()), features.size() * 4) +
         std::string(reinterpret_cast<const char*>(labels.data()), labels.size() * 4);
}

const DatasetFormat kClasses{Task::kClassification, TensorFormat{3, 2, 2, {"a", "b"}, {}}};
const DatasetFormat kNumbers{Task::kRegression, TensorFormat{3, 2, 0, {}, {}, 1}};
const std::vector<float> kFeatures = {1, 2, 3, 4, 5, 6};

class TensorIngest : public IngestFixture {
 protected:
  std::vector<FieldViolation> Faults(const DatasetFormat& format, std::string_view bytes, size_t piece = 1 << 20) {
    const auto record = Upload(format, bytes, piece);
    EXPECT_TRUE(absl::IsInvalidArgument(record.status())) << record.status();
    return DetailsOf(record.status()).violations;
  }
};

TEST_F(TensorIngest, EveryCutGivesTheSame) {
  const std::string bytes = Bytes<int32_t>(kFeatures, {1, 0, 1});
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    const auto record = *Upload(kClasses, bytes, piece);
    EXPECT_THAT(record.feature_names, ElementsAre("a", "b"));
    EXPECT_THAT(record.class_names, ElementsAre("0", "1"));
    const auto dataset = Open(record);
    EXPECT_EQ(FeaturesOf(*dataset), kFeatures);
    EXPECT_THAT(ClassesOf(*dataset), ElementsAre(1, 0, 1));
  }
}

// Whole or not, right or wrong: who uploads is told first that other bytes came than were sent.
TEST_F(TensorIngest, TheHashIsThatOfAllBytesFed) {
  const TensorFormat tensors{.rows = 3, .features = 2, .classes = 2, .has_weights = true};
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const auto& features : {kFeatures, {1, 2, nan, 4, nan, 6}}) {
    const std::string bytes = Bytes<int32_t>(features, {1, 0, 7}) + Bytes<float>({1, 1, 1}, {});
    for (size_t size = 0; size <= bytes.size(); ++size) {
      const std::string_view part = std::string_view(bytes).substr(0, size);
      for (size_t cut = 0; cut <= size; ++cut) {
        TensorReader reader(tensors, Task::kClassification);
        ASSERT_TRUE(reader.Feed(part.substr(0, cut)).ok());
        ASSERT_TRUE(reader.Feed(part.substr(cut)).ok());
        ASSERT_EQ(reader.InputSha256(), Sha256Hex(part)) << size << " bytes cut at " << cut;
      }
    }
  }
}

TEST_F(TensorIngest, ReadsTargets) {
  const auto record = *Upload(kNumbers, Bytes<float>(kFeatures, {0.5, 1.5, -2}));
  EXPECT_THAT(record.feature_names, ElementsAre("0", "1"));
  const auto dataset = Open(record);
  EXPECT_THAT(TargetsOf(*dataset), ElementsAre(0.5, 1.5, -2));
}

TEST_F(TensorIngest, SeveralTargetsAreRowAfterRow) {
  TensorFormat tensors{.rows = 3, .features = 2, .targets = 2};
  const std::string bytes = Bytes<float>(kFeatures, {1, -1, 2, -2, 3, -3});
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    const auto record = *Upload({Task::kRegression, tensors}, bytes, piece);
    EXPECT_THAT(record.target_names, ElementsAre("0", "1"));
    EXPECT_THAT(TargetsOf(*Open(record)), ElementsAre(1, -1, 2, -2, 3, -3));
  }
  tensors.target_names = {"u", "v"};
  EXPECT_THAT(Upload({Task::kRegression, tensors}, bytes)->target_names, ElementsAre("u", "v"));
  const std::string csv = "u,0,1,v\n1,1,2,-1\n2,3,4,-2\n3,5,6,-3\n";
  EXPECT_EQ(Upload({Task::kRegression, tensors}, bytes)->sha256,
            Upload({Task::kRegression, CsvFormat{.label_columns = {"u", "v"}}}, csv)->sha256);

  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(Faults({Task::kRegression, tensors}, Bytes<float>(kFeatures, {1, -1, 2, nan, 3, -3})),
              ElementsAre(FieldViolation{"data row 2, target 'v'", "nan is not a finite number"}));
  const auto faults = Faults({Task::kRegression, tensors}, Bytes<float>(kFeatures, {1, -1, 2}));
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_THAT(faults[0].description, HasSubstr("target_count (2)"));
}

TEST_F(TensorIngest, CsvOfTheSameNumbersIsTheSameDataset) {
  const auto csv = *Upload({Task::kClassification, CsvFormat{"y"}}, "y,a,b\n1,1,2\n0,3,4\n1,5,6\n");
  const auto tensors = *Upload(kClasses, Bytes<int32_t>(kFeatures, {1, 0, 1}));
  EXPECT_EQ(csv.sha256, tensors.sha256);
  const auto other_name = *Upload({Task::kClassification, CsvFormat{"y"}}, "y,a,c\n1,1,2\n0,3,4\n1,5,6\n");
  const auto other_label = *Upload(kClasses, Bytes<int32_t>(kFeatures, {1, 0, 0}));
  EXPECT_NE(csv.sha256, other_name.sha256);
  EXPECT_NE(csv.sha256, other_label.sha256);
}

TEST_F(TensorIngest, BadNumbersAreNamedByRowAndColumn) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const std::string bytes = Bytes<int32_t>({1, nan, 3, 4, -infinity, 6}, {2, 0, -1});
  for (size_t piece : {1, 3, 5, 1000}) {
    EXPECT_THAT(Faults(kClasses, bytes, piece),
                ElementsAre(FieldViolation{"data row 1, column 'b'", "nan is not a finite number"},
                            FieldViolation{"data row 3, column 'a'", "-inf is not a finite number"},
                            FieldViolation{"data row 1, label", "2 is no class; must be 0 to 1"},
                            FieldViolation{"data row 3, label", "-1 is no class; must be 0 to 1"}));
  }
  EXPECT_THAT(Faults(kNumbers, Bytes<float>(kFeatures, {1, infinity, 3})),
              ElementsAre(FieldViolation{"data row 2, label", "inf is not a finite number"}));
}

TEST_F(TensorIngest, SizesAreChecked) {
  const std::string bytes = Bytes<int32_t>(kFeatures, {1, 0, 1});
  for (const std::string& other : {bytes + "x", bytes.substr(0, bytes.size() - 1), std::string()}) {
    const auto faults = Faults(kClasses, other);
    ASSERT_THAT(faults, SizeIs(1));
    EXPECT_EQ(faults[0].field, "data");
    EXPECT_THAT(faults[0].description, HasSubstr("36"));
  }
}

TEST_F(TensorIngest, MemoryStaysFlat) {
  constexpr int64_t kRows = 1'000'000;
  auto ingest = *DatasetIngest::Begin({Task::kRegression, TensorFormat{kRows, 63, 0, {}, {}, 1}}, *blobs_);
  const std::string piece(1'000'000, '\x3E');
  ASSERT_TRUE(ingest->Append(piece).ok());
  const int64_t before = ResidentBytes();
  const absl::Time start = absl::Now();
  for (int i = 1; i < 256; ++i) ASSERT_TRUE(ingest->Append(piece).ok());
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  EXPECT_LT(ResidentBytes() - before, 4 << 20);
  std::printf("%.0f MB/s\n", 255.0 * piece.size() / 1e6 / seconds);
  EXPECT_EQ(ingest->Finish()->record.rows, kRows);
}

template <typename Number>
void Append(std::string& bytes, const std::vector<Number>& numbers) {
  bytes.resize((bytes.size() + sizeof(Number) - 1) / sizeof(Number) * sizeof(Number));
  bytes.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number));
}

template <typename T>
const engine::ElementType kTypeOf = engine::Numbers(static_cast<const T*>(nullptr)).type();

template <typename Feature, typename Label, typename Weight>
struct Types {
  using FeatureType = Feature;
  using LabelType = Label;
  using WeightType = Weight;
};

template <typename T>
class TypedTensors : public TensorIngest {
 protected:
  using Feature = typename T::FeatureType;
  using Label = typename T::LabelType;
  using Weight = typename T::WeightType;
};
using AllTypes =
    ::testing::Types<Types<float, int32_t, float>, Types<double, int64_t, double>, Types<int32_t, uint8_t, float>,
                     Types<int64_t, uint8_t, double>, Types<uint8_t, int32_t, double>, Types<uint8_t, uint8_t, float>>;
TYPED_TEST_SUITE(TypedTensors, AllTypes);

// An odd number of numbers, so that the parts need zeros between them.
TYPED_TEST(TypedTensors, AreStoredAsTheyComeAndReadAsFloats) {
  using F = typename TestFixture::Feature;
  using L = typename TestFixture::Label;
  using W = typename TestFixture::Weight;
  TensorFormat tensors{.rows = 3, .features = 3, .classes = 200, .has_weights = true};
  tensors.feature_type = kTypeOf<F>;
  tensors.label_type = kTypeOf<L>;
  tensors.weight_type = kTypeOf<W>;
  std::string bytes;
  Append<F>(bytes, {1, 2, 3, 4, 5, 6, 7, 8, 255});
  Append<L>(bytes, {199, 0, 128});
  Append<W>(bytes, {0, 0.5, 2});
  for (size_t piece = 1; piece <= bytes.size(); piece += 3) {
    const auto record = *this->Upload({Task::kClassification, tensors}, bytes, piece);
    const auto dataset = this->Open(record);
    EXPECT_THAT(this->FeaturesOf(*dataset), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 255));
    EXPECT_THAT(this->ClassesOf(*dataset), ElementsAre(199, 0, 128));
    EXPECT_THAT(this->WeightsOf(*dataset), ElementsAre(0, 0.5, 2));
    ASSERT_EQ(BlobsOf(record).size(), 1u);
    EXPECT_EQ(BlobsOf(record)[0].size, static_cast<int64_t>(bytes.size()));
    EXPECT_EQ(BlobsOf(record)[0].sha256, Sha256Hex(bytes));
  }
  std::string wrong;
  Append<F>(wrong, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  Append<L>(wrong, {0, static_cast<L>(200), 1});
  Append<W>(wrong, {1, 1, 1});
  EXPECT_THAT(this->Faults({Task::kClassification, tensors}, wrong),
              ElementsAre(FieldViolation{"data row 2, label", "200 is no class; must be 0 to 199"}));
}

TEST_F(TensorIngest, TargetsMayBeOfAnyType) {
  TensorFormat tensors{.rows = 2, .features = 1, .targets = 2};
  tensors.label_type = engine::ElementType::kInt64;
  std::string bytes;
  Append<float>(bytes, {1, 2});
  Append<int64_t>(bytes, {-3, 4, 5, 6});
  EXPECT_THAT(TargetsOf(*Open(*Upload({Task::kRegression, tensors}, bytes))), ElementsAre(-3, 4, 5, 6));
}

TEST_F(TensorIngest, WhatIsTooLargeForFloat32IsRefused) {
  TensorFormat tensors{.rows = 2, .features = 2, .classes = 2};
  tensors.feature_type = engine::ElementType::kFloat64;
  std::string bytes;
  Append<double>(bytes, {3.4e38, -3.5e38, std::numeric_limits<double>::quiet_NaN(), 1e-300});
  Append<int32_t>(bytes, {0, 1});
  EXPECT_THAT(Faults({Task::kClassification, tensors}, bytes),
              ElementsAre(FieldViolation{"data row 1, column '1'",
                                         "-3.5e+38 is too large for float32, which trains; at most 3.4e38"},
                          FieldViolation{"data row 2, column '0'", "nan is not a finite number"}));
}

TEST_F(TensorIngest, BetweenPartsThereAreZeros) {
  TensorFormat tensors{.rows = 3, .features = 1, .classes = 2};
  tensors.feature_type = engine::ElementType::kUint8;
  std::string bytes;
  Append<uint8_t>(bytes, {1, 2, 3});
  Append<int32_t>(bytes, {0, 1, 0});
  ASSERT_TRUE(Upload({Task::kClassification, tensors}, bytes).ok());
  bytes[3] = 1;
  EXPECT_THAT(Faults({Task::kClassification, tensors}, bytes),
              ElementsAre(FieldViolation{"data padding", "before byte 4 is not all 0"}));
}

TEST_F(TensorIngest, TheSameNumbersOfAnotherTypeAreAnotherDataset) {
  TensorFormat tensors{.rows = 2, .features = 1, .classes = 2};
  const std::string ones(8, 1);
  const std::string bytes = ones + Bytes<int32_t>({}, {0, 1});
  const auto floats = *Upload({Task::kClassification, tensors}, bytes);
  tensors.feature_type = engine::ElementType::kInt32;
  EXPECT_NE(Upload({Task::kClassification, tensors}, bytes)->sha256, floats.sha256);
}

TEST_F(TensorIngest, LabelsAndWeightsOfATypeThatMakesNoSenseAreRefused) {
  TensorFormat tensors{.rows = 2, .features = 1, .classes = 2, .has_weights = true};
  tensors.label_type = engine::ElementType::kFloat32;
  tensors.weight_type = engine::ElementType::kInt32;
  const auto faults = Faults({Task::kClassification, tensors}, "");
  ASSERT_THAT(faults, SizeIs(2));
  EXPECT_EQ(faults[0].field, "format.tensors.label_type");
  EXPECT_EQ(faults[1].field, "format.tensors.weight_type");
}

TEST_F(TensorIngest, AFormatWithFaultsIsRefusedAtOnce) {
  EXPECT_THAT(Faults({Task::kClassification, TensorFormat{0, 0, 0, {}, {}}}, ""), SizeIs(3));
}

}  // namespace
}  // namespace traind
