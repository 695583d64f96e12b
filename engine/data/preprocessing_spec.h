// What is done to the columns of the data before a network sees them, as a user says it; see Preprocessing in
// training_spec.proto.
#ifndef TRAIND_ENGINE_DATA_PREPROCESSING_SPEC_H_
#define TRAIND_ENGINE_DATA_PREPROCESSING_SPEC_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/core/fields.h"

namespace traind::engine {

enum class Scaling { kAuto, kNone, kStandardize, kMinMax };
enum class ImputationStrategy { kMean, kMedian, kMostFrequent, kConstant };
enum class CategoryEncoding { kAuto, kOneHot, kEmbedding };
enum class MissingCategory { kCategory, kMostFrequent };

constexpr auto NamesOf(Scaling) {
  return std::to_array<EnumName<Scaling>>({{Scaling::kAuto, "AUTO"},
                                           {Scaling::kNone, "NONE"},
                                           {Scaling::kStandardize, "STANDARDIZE"},
                                           {Scaling::kMinMax, "MIN_MAX"}});
}
constexpr auto NamesOf(ImputationStrategy) {
  return std::to_array<EnumName<ImputationStrategy>>({{ImputationStrategy::kMean, "MEAN"},
                                                      {ImputationStrategy::kMedian, "MEDIAN"},
                                                      {ImputationStrategy::kMostFrequent, "MOST_FREQUENT"},
                                                      {ImputationStrategy::kConstant, "CONSTANT"}});
}
constexpr auto NamesOf(CategoryEncoding) {
  return std::to_array<EnumName<CategoryEncoding>>({{CategoryEncoding::kAuto, "AUTO"},
                                                    {CategoryEncoding::kOneHot, "ONE_HOT"},
                                                    {CategoryEncoding::kEmbedding, "EMBEDDING"}});
}
constexpr auto NamesOf(MissingCategory) {
  return std::to_array<EnumName<MissingCategory>>(
      {{MissingCategory::kCategory, "CATEGORY"}, {MissingCategory::kMostFrequent, "MOST_FREQUENT"}});
}

struct ImputationSpec {
  ImputationStrategy strategy = ImputationStrategy::kMean;
  double value = 0.0;     // of kConstant
  bool indicator = true;  // a second number says whether the value was missing, if the dataset misses any

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("strategy", self.strategy);
    visit("value", self.value, Between(-1e30, 1e30));
    visit("indicator", self.indicator);
  }
};

struct NumericColumnsSpec {
  static constexpr const char* kName = "numeric";
  Scaling scaling = Scaling::kAuto;
  std::optional<ImputationSpec> imputation = {};  // nothing: the default one where it is needed

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("scaling", self.scaling);
    visit("imputation", self.imputation);
  }
};

struct CategoricalColumnsSpec {
  static constexpr const char* kName = "categorical";
  CategoryEncoding encoding = CategoryEncoding::kAuto;
  int64_t output_dim = 0;  // of kEmbedding; 0: half of the categories, at most 50
  MissingCategory missing = MissingCategory::kCategory;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("encoding", self.encoding);
    visit("output_dim", self.output_dim, WholeRange{0, 4'096});
    visit("missing", self.missing);
  }
};

// Of the column with that name.
struct ColumnPreprocessingSpec {
  std::string column;
  std::variant<NumericColumnsSpec, CategoricalColumnsSpec> kind = {};

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("column", self.column);
    visit.OneOf(self.kind, Required());
  }
};

struct PreprocessingSpec {
  NumericColumnsSpec numeric = {};          // of numeric columns that `columns` does not name
  CategoricalColumnsSpec categorical = {};  // of categorical ones
  std::vector<ColumnPreprocessingSpec> columns = {};
  bool standardize_targets = false;

  template <typename Self, typename Visitor>
  static void VisitFields(Self& self, Visitor& visit) {
    visit("numeric", self.numeric);
    visit("categorical", self.categorical);
    visit("columns", self.columns, WholeRange{0, 100'000});
    visit("standardize_targets", self.standardize_targets);
  }
};

}  // namespace traind::engine

#endif  // TRAIND_ENGINE_DATA_PREPROCESSING_SPEC_H_
