// Numbers that are no dataset, or not the one that was announced.
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/integration/bad_inputs/bad_input.h"

namespace traind {
namespace {

template <typename Number>
std::string BytesOf(const std::vector<Number>& numbers) {
  std::string bytes(sizeof(Number) * numbers.size(), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

std::string BytesOf(const std::vector<float>& features, const std::vector<int32_t>& labels) {
  return absl::StrCat(BytesOf(features), BytesOf(labels));
}

// Two features and a label a row, three rows.
std::string GoodBytes() { return BytesOf({1, 2, 3, 4, 5, 6}, {0, 1, 0}); }

BadInput Tensors(int number, const char* name, std::function<void(v1::Tensors&)> spoil, std::string data,
                 std::vector<std::string> fields, std::string message = "") {
  return {.number = number,
          .name = name,
          .send =
              [spoil = std::move(spoil), data = std::move(data)](BadInputServer& server) {
                v1::CreateDatasetRequest request = DatasetOf(data);
                v1::Tensors& tensors = *request.mutable_format()->mutable_tensors();
                tensors.set_row_count(3);
                tensors.set_feature_count(2);
                tensors.set_class_count(2);
                spoil(tensors);
                return server.Create(request);
              },
          .fields = std::move(fields),
          .message = std::move(message)};
}

BadInput Bytes(int number, const char* name, std::string data, std::string field, std::string message) {
  return Tensors(
      number, name, [](v1::Tensors&) {}, std::move(data), {std::move(field)}, std::move(message));
}

BadInput Format(int number, const char* name, std::function<void(v1::Tensors&)> spoil, const char* field) {
  return Tensors(number, name, std::move(spoil), GoodBytes(), {absl::StrCat("format.tensors.", field)});
}

constexpr auto kUnknownType = static_cast<v1::Dataset::ElementType>(99);

}  // namespace

std::vector<BadInput> BadTensors() {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  return {
      Format(
          18, "NoRows", [](v1::Tensors& t) { t.set_row_count(0); }, "row_count"),
      Format(
          18, "RowsNegative", [](v1::Tensors& t) { t.set_row_count(-1); }, "row_count"),
      Format(
          18, "NoFeatures", [](v1::Tensors& t) { t.set_feature_count(0); }, "feature_count"),
      Tensors(19, "RowsTimesColumnsOverflow",
              [](v1::Tensors& t) {
                t.set_row_count(int64_t{1} << 62);
                t.set_feature_count(int64_t{1} << 62);
              },
              GoodBytes(), {"format.tensors.row_count", "format.tensors.feature_count"}),
      // 2^40 rows and 100,000 features are as many as may be; nobody has the bytes of it.
      Tensors(
          19, "RowsTimesColumnsBeyondAnyDisk",
          [](v1::Tensors& t) {
            t.set_row_count(int64_t{1} << 40);
            t.set_feature_count(100'000);
          },
          GoodBytes(), {"data"}, "36 bytes"),
      Bytes(20, "NaNInTensors", BytesOf({1, 2, 3, nan, 5, 6}, {0, 1, 0}), "data row 2, column '1'", "nan"),
      Bytes(20, "InfinityInTensors", BytesOf({1, 2, 3, 4, -infinity, 6}, {0, 1, 0}), "data row 3, column '0'", "inf"),
      Tensors(
          20, "DoubleTooLargeForFloat32", [](v1::Tensors& t) { t.set_feature_type(v1::Dataset::FLOAT64); },
          absl::StrCat(BytesOf<double>({1, 2, 3, 4, 5, 1e39}), BytesOf<int32_t>({0, 1, 0})), {"data row 3, column '1'"},
          "1e+39"),
      Bytes(21, "LabelNegative", BytesOf({1, 2, 3, 4, 5, 6}, {0, -1, 0}), "data row 2, label", "-1"),
      Bytes(21, "LabelOverTheClasses", BytesOf({1, 2, 3, 4, 5, 6}, {0, 1, 2}), "data row 3, label", "2"),
      Format(
          21, "LabelsOfFractions", [](v1::Tensors& t) { t.set_label_type(v1::Dataset::FLOAT32); }, "label_type"),
      Format(
          21, "ClassesNotCounted", [](v1::Tensors& t) { t.clear_class_count(); }, "class_count"),
      Format(
          21, "OneClass", [](v1::Tensors& t) { t.set_class_count(1); }, "class_count"),
      Bytes(22, "FewerLabelsThanRows", BytesOf({1, 2, 3, 4, 5, 6}, {0, 1}), "data", "32 bytes"),
      Bytes(22, "MoreLabelsThanRows", BytesOf({1, 2, 3, 4, 5, 6}, {0, 1, 0, 1}), "data", "36 bytes"),
      Format(
          22, "FeatureNamesOfAnotherCount", [](v1::Tensors& t) { t.add_feature_names("first"); }, "feature_names"),
      Format(
          22, "ClassNamesOfAnotherCount", [](v1::Tensors& t) { t.add_class_names("first"); }, "class_names"),
      Format(
          23, "FeaturesOfUnknownType", [](v1::Tensors& t) { t.set_feature_type(kUnknownType); }, "feature_type"),
      Format(
          23, "LabelsOfUnknownType", [](v1::Tensors& t) { t.set_label_type(kUnknownType); }, "label_type"),
      Format(
          23, "WeightsOfWholeNumbers",
          [](v1::Tensors& t) {
            t.set_has_weights(true);
            t.set_weight_type(v1::Dataset::INT32);
          },
          "weight_type"),
      Tensors(
          0, "WeightNegative", [](v1::Tensors& t) { t.set_has_weights(true); },
          absl::StrCat(GoodBytes(), BytesOf<float>({1, -1, 1})), {"data row 2, weight"}, "-1"),
      Tensors(0, "WeightsAllZero", [](v1::Tensors& t) { t.set_has_weights(true); },
              absl::StrCat(GoodBytes(), BytesOf<float>({0, 0, 0})), {"data weights"}),
  };
}

}  // namespace traind
