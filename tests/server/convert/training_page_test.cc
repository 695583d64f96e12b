// Every piece of JSON in docs/training.md is a part of a spec that trains on the digits, or on a table if it is about
// columns.
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "server/convert/training_spec.h"

namespace traind {
namespace {

std::string ReadSource(const std::string& name) {
  std::ifstream file(TRAIND_SOURCE_DIR "/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> JsonBlocks(const std::string& page) {
  static constexpr char kBegin[] = "```json\n";
  std::vector<std::string> blocks;
  for (size_t at = page.find(kBegin); at != std::string::npos; at = page.find(kBegin, at)) {
    at += sizeof(kBegin) - 1;
    blocks.push_back(page.substr(at, page.find("```", at) - at));
  }
  return blocks;
}

TEST(TrainingPage, EveryPieceOfJsonTrainsOnTheDigits) {
  v1::TrainingSpec digits;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(ReadSource("examples/digits.json"), &digits).ok());
  DatasetRecord dataset;
  dataset.rows = 1797;
  dataset.features = 64;
  for (const char* name : {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}) dataset.class_names.push_back(name);

  const std::vector<std::string> blocks = JsonBlocks(ReadSource("docs/training.md"));
  EXPECT_GE(blocks.size(), 7u);
  for (const std::string& block : blocks) {
    SCOPED_TRACE(block);
    v1::TrainingSpec part;
    const auto parsed = google::protobuf::util::JsonStringToMessage(block, &part);
    ASSERT_TRUE(parsed.ok()) << parsed.message();
    v1::TrainingSpec spec = digits;
    // A list takes the place of the list, not its end.
    if (part.has_model()) spec.clear_model();
    if (part.metrics_size() > 0) spec.clear_metrics();
    spec.MergeFrom(part);
    const auto translated = FromProto(spec);
    ASSERT_TRUE(translated.ok()) << translated.status();
    dataset.columns.clear();
    if (part.has_preprocessing()) {
      dataset.columns.resize(2);
      dataset.columns[0].name = "age";
      dataset.columns[1].name = "city";
      dataset.columns[1].kind = ColumnKind::kCategorical;
      dataset.columns[1].categories = {"Oslo", "Rome"};
    }
    dataset.features = part.has_preprocessing() ? 2 : 64;
    const absl::Status fits = CheckFits(*translated, dataset);
    EXPECT_TRUE(fits.ok()) << fits;
  }
}

}  // namespace
}  // namespace traind
