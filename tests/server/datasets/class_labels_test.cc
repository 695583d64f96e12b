#include "server/datasets/class_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "server/datasets/dataset_format.h"

namespace traind {
namespace {

using ::testing::ElementsAre;

ClassLabels::Result Number(std::initializer_list<std::string_view> labels) {
  ClassLabels classes;
  for (std::string_view label : labels) EXPECT_TRUE(classes.Add(label).ok()) << label;
  return *classes.Finish();
}

TEST(ClassLabels, WholeNumbersAreInNumericOrder) {
  const auto result = Number({"10", "9", "-1", "9.0", "010"});
  EXPECT_THAT(result.class_names, ElementsAre("-1", "9", "10"));
  EXPECT_THAT(result.labels, ElementsAre(2, 1, 0, 1, 2));
}

TEST(ClassLabels, TextsAreInByteOrderAndNumbersAmongThemToo) {
  const auto result = Number({"b", "10", "9", "B", "b"});
  EXPECT_THAT(result.class_names, ElementsAre("10", "9", "B", "b"));
  EXPECT_THAT(result.labels, ElementsAre(3, 0, 1, 2, 3));
}

TEST(ClassLabels, OneClassIsTooFew) {
  ClassLabels classes;
  EXPECT_TRUE(classes.Add("1").ok());
  EXPECT_TRUE(classes.Add("1.0").ok());
  EXPECT_TRUE(absl::IsInvalidArgument(classes.Finish().status()));
}

TEST(ClassLabels, SixtyFiveThousandAreEnough) {
  ClassLabels classes;
  for (int64_t i = 0; i < kMaxClasses; ++i) ASSERT_TRUE(classes.Add(absl::StrCat("c", i)).ok());
  EXPECT_TRUE(classes.Add("c5").ok());
  EXPECT_TRUE(absl::IsOutOfRange(classes.Add("one more")));
}

TEST(ClassLabels, ANameIsShortUtf8) {
  ClassLabels classes;
  EXPECT_FALSE(classes.Add("\xFF").ok());
  EXPECT_FALSE(classes.Add(std::string(kMaxNameBytes + 1, 'x')).ok());
  EXPECT_TRUE(classes.Add(std::string(kMaxNameBytes, 'x')).ok());
}

}  // namespace
}  // namespace traind
