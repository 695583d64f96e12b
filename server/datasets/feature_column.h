// One column of a table that may be a feature: what its cells are, and in the end what it is.
#ifndef TRAIND_SERVER_DATASETS_FEATURE_COLUMN_H_
#define TRAIND_SERVER_DATASETS_FEATURE_COLUMN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "server/datasets/column_statistics.h"
#include "server/storage/records.h"

namespace traind {

// The most categories of a column that is said to be categorical, and of one that is only taken for it.
inline constexpr size_t kMaxCategories = 65'536;
inline constexpr size_t kMaxInferredCategories = 1'000;

// What all columns of a table may take together.
struct ColumnBudget {
  int64_t distinct_numbers = NumberStatistics::kMaxDistinctInAll;
  int64_t text_bytes = 32 << 20;
};

// A cell is kept as 32 bits: a finite float32; a NaN without payload for a missing value; for a text a NaN with its
// code in the payload. Thus a column may be read once although what it is is known at its end only.
//
// What was not said is judged by the column's values, missing ones left out:
// - dates in more than half of them: left out;
// - numbers too large for float32, or infinite: a fault, at once;
// - numbers in all of them: numeric. In more than half: a fault that names the others, for it may be a slip of the pen;
// - else categorical; but left out if one text is in every row, if there are more than kMaxInferredCategories, if more
//   than 20 and more than half of the values are distinct (a name, an identifier), or if a text is too long for a name;
// - no values at all: left out.
// What is left out has a warning. Used by one thread.
class FeatureColumn {
 public:
  // `said` is kNumeric, kCategorical or nothing.
  FeatureColumn(std::string name, std::optional<ColumnKind> said) : name_(std::move(name)), said_(said) {}

  // The next cell. InvalidArgument says, as a sentence, what is wrong with it at once; ResourceExhausted that nothing
  // good can follow.
  absl::Status Read(std::string_view text, int64_t row, int64_t line, ColumnBudget& budget, uint32_t& cell);

  // A cell that looks wrong now that all are known.
  struct Suspect {
    int64_t row = 0;
    std::string description;
  };
  struct Verdict {
    Column column;
    std::vector<Suspect> suspects;  // if there are any, the column is a fault
    int64_t more_suspects = 0;      // that are not listed
  };
  // There are no more cells. Called once, and before Stored.
  Verdict Finish();

  bool said_categorical() const { return said_ == ColumnKind::kCategorical; }

  // What is stored for a cell of a column that is kept: the number, the category's index, or a NaN for missing.
  float Stored(uint32_t cell) const;

 private:
  absl::Status ReadText(std::string_view text, ColumnBudget& budget, uint32_t& cell);
  void DropTexts(ColumnBudget& budget);
  void NameCategories(Column& column);
  // Why a column that is not said to be categorical is not taken for it; empty if it is.
  std::string ReasonAgainst() const;

  std::string name_;
  std::optional<ColumnKind> said_;
  int64_t missing_ = 0;
  NumberStatistics numbers_;
  int64_t dates_ = 0;
  int64_t texts_ = 0;
  bool texts_dropped_ = false;  // there are too many distinct ones
  bool too_long_ = false;       // a text is
  absl::flat_hash_map<std::string, uint32_t> codes_;
  std::vector<int64_t> text_counts_;  // by code
  std::vector<Suspect> suspects_;     // the first texts

  // Of a categorical column, once it is finished.
  bool categorical_ = false;
  std::vector<int32_t> index_of_code_;
  absl::flat_hash_map<float, int32_t> index_of_number_;
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_FEATURE_COLUMN_H_
