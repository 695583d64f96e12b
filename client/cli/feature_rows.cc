#include "client/cli/feature_rows.h"

#include <csv.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/resource_name.h"

namespace traind::client {
namespace {

constexpr size_t kNamesInMessage = 10;
// A request is at most 4 MiB; a value takes at most so many bytes beside its text.
constexpr size_t kTextBytesInBatch = 1 << 20;
constexpr size_t kBytesOfValue = 4;

class Reader {
 public:
  Reader(const std::string& path, const std::vector<std::string>& feature_names, bool as_texts, size_t batch_rows,
         absl::FunctionRef<absl::Status(const v1::PredictRequest&)> take)
      : path_(path), feature_names_(feature_names), as_texts_(as_texts), batch_rows_(batch_rows), take_(take) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
  }
  ~Reader() { csv_free(&parser_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  absl::Status Read(std::istream& file) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    std::array<char, 1 << 16> block;
    for (bool first = true; status_.ok() && file; first = false) {
      file.read(block.data(), block.size());
      std::string_view bytes(block.data(), static_cast<size_t>(file.gcount()));
      if (first && bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
      if (csv_parse(&parser_, bytes.data(), bytes.size(), OnField, OnRow, this) != bytes.size()) Malformed();
    }
    if (file.bad()) return absl::ErrnoToStatus(errno, path_);
    if (status_.ok() && csv_fini(&parser_, OnField, OnRow, this) != 0) Malformed();
    if (status_.ok() && row_ == 0) Refuse(in_header_ ? "is empty" : "has no rows under its header");
    if (status_.ok() && rows_in_batch_ > 0) status_ = take_(batch_);
    return status_;
  }

 private:
  static void OnField(void* data, size_t size, void* reader) {
    static_cast<Reader*>(reader)->Field(std::string(static_cast<char*>(data), size));
  }
  static void OnRow(int, void* reader) { static_cast<Reader*>(reader)->Row(); }

  void Refuse(const std::string& fault) {
    if (status_.ok()) status_ = absl::InvalidArgumentError(absl::StrCat(path_, ": ", fault));
  }

  void Malformed() {
    Refuse(
        absl::StrCat(in_header_ ? "the header" : absl::StrCat("row ", row_), ": a quote is not closed or misplaced"));
  }

  void Field(std::string text) {
    if (!status_.ok()) return;
    if (in_header_) {
      header_.push_back(std::move(text));
      return;
    }
    size_t column = column_++;
    if (column >= feature_of_.size() || feature_of_[column] < 0) return;
    if (as_texts_) {
      if (!IsUtf8(text)) return Refuse(absl::StrCat("row ", row_, ", column ", header_[column], ": is not UTF-8"));
      bytes_in_batch_ += text.size() + kBytesOfValue;
      texts_[feature_of_[column]] = std::move(text);
      return;
    }
    float value;
    if (!absl::SimpleAtof(text, &value) || !std::isfinite(value)) {
      return Refuse(
          absl::StrCat("row ", row_, ", column ", header_[column], ": \"", text, "\" is not a finite number"));
    }
    values_[feature_of_[column]] = value;
  }

  void Row() {
    if (!status_.ok()) return;
    if (in_header_) return Header();
    if (column_ != header_.size()) {
      return Refuse(absl::StrCat("row ", row_, " has ", column_, " columns, the header ", header_.size()));
    }
    if (as_texts_) {
      v1::PredictRequest::Table& table = *batch_.mutable_table();
      if (table.columns().empty()) table.mutable_columns()->Assign(feature_names_.begin(), feature_names_.end());
      table.add_rows()->mutable_values()->Assign(texts_.begin(), texts_.end());
    } else {
      batch_.mutable_rows()->add_rows()->mutable_values()->Assign(values_.begin(), values_.end());
    }
    column_ = 0;
    ++row_;
    if (++rows_in_batch_ == batch_rows_ || bytes_in_batch_ > kTextBytesInBatch) {
      status_ = take_(batch_);
      batch_.Clear();
      rows_in_batch_ = 0;
      bytes_in_batch_ = 0;
    }
  }

  void Header() {
    in_header_ = false;
    std::map<std::string, size_t> columns;
    for (size_t i = 0; i < header_.size(); ++i) {
      if (!columns.emplace(header_[i], i).second) return Refuse(absl::StrCat("column ", header_[i], " is there twice"));
    }
    feature_of_.assign(header_.size(), -1);
    values_.resize(feature_names_.size());
    texts_.resize(feature_names_.size());
    std::vector<std::string> missing;
    for (size_t i = 0; i < feature_names_.size(); ++i) {
      auto found = columns.find(feature_names_[i]);
      if (found == columns.end()) {
        missing.push_back(feature_names_[i]);
      } else {
        feature_of_[found->second] = static_cast<int64_t>(i);
      }
    }
    if (missing.empty()) return;
    size_t named = std::min(missing.size(), kNamesInMessage);
    Refuse(absl::StrCat(
        "the model's features have no column: ", absl::StrJoin(missing.begin(), missing.begin() + named, ", "),
        named < missing.size() ? absl::StrCat(" and ", missing.size() - named, " more") : ""));
  }

  const std::string& path_;
  const std::vector<std::string>& feature_names_;
  const bool as_texts_;
  const size_t batch_rows_;
  absl::FunctionRef<absl::Status(const v1::PredictRequest&)> take_;
  csv_parser parser_;
  bool in_header_ = true;
  std::vector<std::string> header_;
  std::vector<int64_t> feature_of_;  // by column; -1 for one that the model does not want
  std::vector<float> values_;
  std::vector<std::string> texts_;
  size_t column_ = 0;
  size_t row_ = 0;
  v1::PredictRequest batch_;
  size_t rows_in_batch_ = 0;
  size_t bytes_in_batch_ = 0;
  absl::Status status_;
};

}  // namespace

absl::Status ReadFeatureRows(const std::string& path, const std::vector<std::string>& feature_names, bool as_texts,
                             size_t batch_rows, absl::FunctionRef<absl::Status(const v1::PredictRequest&)> take) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::ErrnoToStatus(errno, path);
  return Reader(path, feature_names, as_texts, batch_rows, take).Read(file);
}

}  // namespace traind::client
