#include "server/datasets/csv_parser.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace traind {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kGrowBytes = 16 << 10;
constexpr int kRowNotBegun = 0;  // libcsv's name for it is in its source only

// Takes the first line off, with its LF, or all if there is none.
std::string_view TakeLine(std::string_view& bytes) {
  const std::string_view line = bytes.substr(0, bytes.find('\n') + 1);
  const std::string_view taken = line.empty() ? bytes : line;
  bytes.remove_prefix(taken.size());
  return taken;
}

// Takes off what ends with a CR, which ends a row for libcsv, or all if the only CR is that of a CRLF.
std::string_view TakeRow(std::string_view& line) {
  const size_t after_cr = line.find('\r') + 1;  // 0: there is none
  const std::string_view taken = after_cr == 0 || line.substr(after_cr) == "\n" ? line : line.substr(0, after_cr);
  line.remove_prefix(taken.size());
  return taken;
}

}  // namespace

CsvParser::CsvParser(Handler& handler) : handler_(handler) {
  csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
  csv_set_blk_size(&parser_, kGrowBytes);
}

CsvParser::~CsvParser() { csv_free(&parser_); }

absl::Status CsvParser::Feed(std::string_view bytes) {
  std::string joined;
  if (!started_) {
    start_ += bytes;
    if (start_.size() < kByteOrderMark.size() && absl::StartsWith(std::string(kByteOrderMark), start_)) {
      return absl::OkStatus();
    }
    started_ = true;
    joined = std::exchange(start_, "");
    bytes = joined;
    if (bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark) bytes.remove_prefix(kByteOrderMark.size());
  }
  // Line by line, so that a fault can name its line and each row's bytes are counted by themselves.
  while (!bytes.empty()) {
    for (std::string_view line = TakeLine(bytes); !line.empty();) {
      if (stopped_) return absl::OkStatus();
      if (absl::Status status = FeedPiece(TakeRow(line)); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

absl::Status CsvParser::FeedPiece(std::string_view bytes) {
  if (parser_.pstate == kRowNotBegun) {
    row_line_ = line_;
    row_bytes_ = 0;
  }
  if (bytes.find('\0') != bytes.npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", line_, " holds a NUL byte, which is no text; is the file UTF-8, and not UTF-16?"));
  }
  row_bytes_ += static_cast<int64_t>(bytes.size());
  if (row_bytes_ > kMaxRowBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the row that begins in line ", row_line_, " is longer than ",
                                                   kMaxRowBytes,
                                                   " bytes, the most that a row may have; is a quote not closed?"));
  }
  if (bytes.back() == '\n') ++line_;
  const size_t read = csv_parse(&parser_, bytes.data(), bytes.size(), &OnField, &OnEndOfRow, this);
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  if (stopped_ || read == bytes.size()) return absl::OkStatus();
  return Syntax();
}

absl::Status CsvParser::Finish() {
  if (!started_) {
    started_ = true;
    if (absl::Status status = Feed(std::exchange(start_, "")); !status.ok()) return status;
  }
  if (stopped_) return absl::OkStatus();
  if (csv_fini(&parser_, &OnField, &OnEndOfRow, this) != 0) {
    return absl::InvalidArgumentError(absl::StrCat("a quote in the row that begins in line ", row_line_,
                                                   " is not closed before the end of the data"));
  }
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  return absl::OkStatus();
}

absl::Status CsvParser::Syntax() const {
  if (csv_error(const_cast<csv_parser*>(&parser_)) != CSV_EPARSE) {
    return absl::ResourceExhaustedError("the server has not enough memory to read this row");
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the row that begins in line ", row_line_,
                   " has a quote where none may be; put the field in quotes and write a quote in it twice"));
}

void CsvParser::OnField(void* text, size_t size, void* self) {
  auto* parser = static_cast<CsvParser*>(self);
  if (parser->thrown_ || parser->stopped_) return;
  try {
    parser->handler_.OnField({static_cast<const char*>(text), size});
  } catch (...) {
    parser->thrown_ = std::current_exception();
  }
}

void CsvParser::OnEndOfRow(int /*end*/, void* self) {
  auto* parser = static_cast<CsvParser*>(self);
  if (parser->thrown_ || parser->stopped_) return;
  try {
    parser->stopped_ = !parser->handler_.OnEndOfRow();
  } catch (...) {
    parser->thrown_ = std::current_exception();
  }
  parser->row_bytes_ = 0;
}

}  // namespace traind
