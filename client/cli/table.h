// Aligned text for people.
#ifndef TRAIND_CLIENT_CLI_TABLE_H_
#define TRAIND_CLIENT_CLI_TABLE_H_

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace traind::client {

// `text` without what a terminal would obey or be fooled by, for names come from other people's data: control
// characters of ASCII and bytes that are not UTF-8 become `?`; those beyond ASCII, and the ones that change the
// direction of text, their code, such as `\u202e`.
std::string Printable(std::string_view text);

// Characters that `text` takes on a terminal: its UTF-8 code points.
size_t DisplayWidth(std::string_view text);

// `text` filled up with spaces to `width` characters, on the left when `right` is set.
std::string Pad(std::string_view text, size_t width, bool right = false);

// Rows under a header, two spaces between columns, each as wide as its widest cell. Columns of numbers stand right.
class Table {
 public:
  struct Column {
    std::string title;
    bool right = false;
  };

  explicit Table(std::vector<Column> columns);

  // One cell a column.
  void Add(std::vector<std::string> cells);

  void Print(std::ostream& out) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Lines of a name and a value, the values aligned.
class Facts {
 public:
  // Leaves the fact out when `value` is empty.
  void Add(std::string_view name, std::string_view value);

  void Print(std::ostream& out, std::string_view indent = "") const;

 private:
  std::vector<std::pair<std::string, std::string>> facts_;
};

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_TABLE_H_
