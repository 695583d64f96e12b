// Comma-separated text (RFC 4180) cut into fields, by libcsv.
#ifndef TRAIND_SERVER_DATASETS_CSV_PARSER_H_
#define TRAIND_SERVER_DATASETS_CSV_PARSER_H_

#include <csv.h>

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace traind {

// Takes bytes cut anywhere. A byte order mark and blank lines are skipped, lines end with LF, CRLF or CR (which are not
// counted as lines), spaces around an unquoted field are dropped. Memory: one field. Used by one thread; spent after
// its first error.
class CsvParser {
 public:
  // The text of a row is at most so long: what an unterminated quote swallows ends somewhere.
  static constexpr int64_t kMaxRowBytes = 16 << 20;

  // Told what was read, in order. `text` is gone after the call.
  class Handler {
   public:
    virtual ~Handler() = default;
    virtual void OnField(std::string_view text) = 0;
    // Returns whether to read on; if not, the rest of the bytes is ignored.
    virtual bool OnEndOfRow() = 0;
  };

  // `handler` must outlive the parser.
  explicit CsvParser(Handler& handler);
  ~CsvParser();
  CsvParser(const CsvParser&) = delete;
  CsvParser& operator=(const CsvParser&) = delete;

  // InvalidArgument says, as a sentence, what is no CSV: a NUL byte, a stray or unterminated quote, a row too long.
  // Throws what the handler throws.
  absl::Status Feed(std::string_view bytes);
  absl::Status Finish();

  // Where the row at hand begins, from 1.
  int64_t row_line() const { return row_line_; }

 private:
  static void OnField(void* text, size_t size, void* self);
  static void OnEndOfRow(int end, void* self);

  // Of one row and of one line, with no byte of the next.
  absl::Status FeedPiece(std::string_view bytes);
  absl::Status Syntax() const;

  Handler& handler_;
  csv_parser parser_;
  std::string start_;  // the first bytes, until they are known to be a byte order mark or not
  bool started_ = false;
  bool stopped_ = false;
  int64_t line_ = 1;
  int64_t row_line_ = 1;
  int64_t row_bytes_ = 0;
  std::exception_ptr thrown_;  // on its way through C
};

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_CSV_PARSER_H_
