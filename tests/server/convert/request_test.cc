#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/convert/dataset.h"
#include "server/convert/page_token.h"
#include "server/convert/request_mark.h"
#include "server/convert/resource_name.h"
#include "server/errors/errors.h"
#include "traind/v1/dataset_service.pb.h"
#include "traind/v1/training_service.pb.h"

namespace traind {
namespace {

using std::string_literals::operator""s;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ResourceName, IdsFollowTheRule) {
  for (const std::string& good : {"a"s, "digits"s, "a-1"s, "z9"s, "a--b"s, "a" + std::string(62, '0')}) {
    EXPECT_EQ(ParseResourceName(kDatasets, "datasets/" + good).value(), good);
  }
  for (const std::string& bad : {""s, "../x"s, "a/b"s, "a\0b"s, std::string(64, 'a'), "Abc"s, "aB"s, "a\n"s,
                                 "a\xE2\x80\xAE"s, "a\xFF"s, "1a"s, "-a"s, "a-"s, "a_b"s, "a b"s}) {
    const auto name = ParseResourceName(kDatasets, "datasets/" + bad);
    ASSERT_TRUE(absl::IsInvalidArgument(name.status())) << bad;
    ASSERT_THAT(DetailsOf(name.status()).violations, SizeIs(1));
    EXPECT_EQ(DetailsOf(name.status()).violations[0].field, "name");
    std::vector<FieldViolation> faults;
    CheckId(bad, "dataset_id", faults);
    ASSERT_THAT(faults, SizeIs(1)) << bad;
    for (const std::string& text : {faults[0].description, DetailsOf(name.status()).violations[0].description}) {
      EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; })) << text;
      EXPECT_LT(text.size(), 400);
    }
  }
  for (const char* other : {"", "digits", "models/digits", "datasets", "/datasets/a", "datasets//a", "datasets/a/"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseResourceName(kDatasets, other).status())) << other;
  }
}

TEST(PageToken, ComesBackAsItWent) {
  EXPECT_EQ(ParsePageById(kDatasets, 7, PageTokenAfter(kDatasets, "digits"))->after, "digits");
  EXPECT_EQ(ParsePageByNumber(kModels, 7, PageTokenBefore(kModels, 1234567890123))->before, 1234567890123);
  EXPECT_EQ(ParsePageById(kDatasets, 7, "")->after, "");
  EXPECT_EQ(ParsePageByNumber(kModels, 7, "")->before, 0);
}

TEST(PageToken, SizesFollowTheRule) {
  const std::pair<int32_t, int> cases[] = {{0, 50}, {1, 1}, {1000, 1000}, {1001, 1000}, {INT32_MAX, 1000}};
  for (const auto& [asked, given] : cases) EXPECT_EQ(ParsePageById(kDatasets, asked, "")->limit, given);
  EXPECT_THAT(DetailsOf(ParsePageByNumber(kModels, -1, "no token").status()).violations, SizeIs(2));
}

TEST(PageToken, AnythingElseIsRefused) {
  for (const std::string& bad :
       {"x"s, "digits"s, "\xFF\0"s, PageTokenAfter(kModels, "digits"), PageTokenAfter(kDatasets, "digits") + "=",
        " " + PageTokenAfter(kDatasets, "digits"), PageTokenAfter(kDatasets, ""), PageTokenAfter(kDatasets, "../x")}) {
    const auto page = ParsePageById(kDatasets, 0, bad);
    ASSERT_TRUE(absl::IsInvalidArgument(page.status())) << bad;
    EXPECT_EQ(DetailsOf(page.status()).violations[0].field, "page_token");
  }
  for (const std::string& bad : {PageTokenBefore(kModels, 0), PageTokenBefore(kModels, -5),
                                 PageTokenAfter(kModels, "99999999999999999999"), PageTokenAfter(kModels, "1x")}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParsePageByNumber(kModels, 0, bad).status())) << bad;
  }
}

TEST(RequestMark, TellsBodiesApartAndNotRequestIds) {
  v1::CreateTrainingJobRequest request;
  request.set_training_job_id("a");
  const std::string body = BodySha256(request);
  request.set_request_id("one");
  EXPECT_EQ(BodySha256(request), body);
  EXPECT_NE(BodySha256(request, "more"), body);
  request.mutable_training_job()->mutable_spec()->set_epochs(1);
  EXPECT_NE(BodySha256(request), body);
}

TEST(RequestMark, IdsFollowTheRule) {
  v1::CreateDatasetRequest request;
  std::vector<FieldViolation> faults;
  EXPECT_EQ(MarkOf(request, "request_id", faults).id, "");
  request.set_request_id(std::string(128, '~'));
  EXPECT_EQ(MarkOf(request, "request_id", faults).id, request.request_id());
  EXPECT_EQ(MarkOf(request, "request_id", faults).body_sha256, BodySha256(request));
  EXPECT_THAT(faults, IsEmpty());
  for (const std::string& bad : {std::string(129, 'x'), "a\n"s, "\xC3\xBC"s}) {
    request.set_request_id(bad);
    EXPECT_EQ(MarkOf(request, "begin.request_id", faults).id, "");
  }
  ASSERT_THAT(faults, SizeIs(3));
  EXPECT_EQ(faults[0].field, "begin.request_id");
}

TEST(DatasetFormatConversion, TellsEveryFault) {
  v1::DatasetFormat format;
  std::vector<FieldViolation> faults;
  format.set_task(static_cast<v1::Dataset::Task>(99));
  FromProto(format, faults);
  ASSERT_THAT(faults, SizeIs(2));
  EXPECT_EQ(faults[0].field, "format.task");
  EXPECT_EQ(faults[1].field, "format");
  faults.clear();
  format.mutable_tensors()->set_row_count(-1);
  FromProto(format, faults);
  EXPECT_THAT(faults, SizeIs(4));
}

TEST(DatasetFormatConversion, TakesOverEveryField) {
  v1::DatasetFormat format;
  std::vector<FieldViolation> faults;
  format.mutable_csv()->set_label_column("y");
  EXPECT_EQ(std::get<CsvFormat>(FromProto(format, faults).encoding).label_column, "y");
  EXPECT_EQ(FromProto(format, faults).task, Task::kClassification);
  format.set_task(v1::Dataset::REGRESSION);
  EXPECT_EQ(FromProto(format, faults).task, Task::kRegression);
  format.set_task(v1::Dataset::CLASSIFICATION);
  v1::Tensors& tensors = *format.mutable_tensors();
  tensors.set_row_count(3);
  tensors.set_feature_count(1);
  tensors.set_class_count(2);
  tensors.add_feature_names("f");
  tensors.add_class_names("a");
  tensors.add_class_names("b");
  const auto plain = std::get<TensorFormat>(FromProto(format, faults).encoding);
  EXPECT_EQ(plain.rows, 3);
  EXPECT_EQ(plain.features, 1);
  EXPECT_EQ(plain.classes, 2);
  EXPECT_THAT(plain.feature_names, ElementsAre("f"));
  EXPECT_THAT(plain.class_names, ElementsAre("a", "b"));
  EXPECT_EQ(plain.targets, 0);
  EXPECT_THAT(faults, IsEmpty());
}

TEST(DatasetFormatConversion, TakesOverSeveralTargets) {
  v1::DatasetFormat format;
  std::vector<FieldViolation> faults;
  format.set_task(v1::Dataset::REGRESSION);
  format.mutable_csv()->add_label_columns("u");
  format.mutable_csv()->add_label_columns("v");
  format.mutable_csv()->set_weight_column("w");
  EXPECT_EQ(std::get<CsvFormat>(FromProto(format, faults).encoding).weight_column, "w");
  EXPECT_THAT(std::get<CsvFormat>(FromProto(format, faults).encoding).label_columns, ElementsAre("u", "v"));
  v1::Tensors& tensors = *format.mutable_tensors();
  tensors.set_row_count(3);
  tensors.set_feature_count(1);
  EXPECT_EQ(std::get<TensorFormat>(FromProto(format, faults).encoding).targets, 1);
  tensors.set_target_count(2);
  tensors.add_target_names("u");
  tensors.add_target_names("v");
  const auto plain = std::get<TensorFormat>(FromProto(format, faults).encoding);
  EXPECT_EQ(plain.targets, 2);
  EXPECT_THAT(plain.target_names, ElementsAre("u", "v"));
  EXPECT_THAT(faults, IsEmpty());
  EXPECT_FALSE(plain.has_weights);
  tensors.set_has_weights(true);
  EXPECT_TRUE(std::get<TensorFormat>(FromProto(format, faults).encoding).has_weights);
  tensors.clear_target_names();
  tensors.set_target_count(0);
  FromProto(format, faults);
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].field, "format.tensors.target_count");
}

}  // namespace
}  // namespace traind
