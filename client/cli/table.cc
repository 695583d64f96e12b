#include "client/cli/table.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_format.h"

namespace traind::client {

namespace {

struct Character {
  char32_t code;
  size_t size;  // in bytes; 0 if there is no whole UTF-8 character
};

// The character that `text` begins with.
Character First(std::string_view text) {
  auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {0, 0};
  char32_t code = lead & (0x7f >> size);
  for (char next : text.substr(1, size - 1)) {
    if ((next & 0xc0) != 0x80) return {0, 0};
    code = code << 6 | (next & 0x3f);
  }
  // Longer than need be: an escape in disguise.
  if ((size == 3 && code < 0x800) || (size == 4 && code < 0x10000)) return {0, 0};
  return {code, size};
}

bool IsControl(char32_t code) { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

// Unicode's Bidi_Control characters.
bool ReordersText(char32_t code) {
  return code == 0x061c || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    auto [code, size] = First(text);
    if (size == 0 || (size == 1 && IsControl(code))) {
      result += '?';
    } else if (IsControl(code) || ReordersText(code)) {
      result += absl::StrFormat("\\u%04x", static_cast<uint32_t>(code));
    } else {
      result += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return result;
}

size_t DisplayWidth(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; });
}

std::string Pad(std::string_view text, size_t width, bool right) {
  std::string fill(width - std::min(width, DisplayWidth(text)), ' ');
  return right ? fill + std::string(text) : std::string(text) + fill;
}

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (Column& column : columns_) column.title = Printable(column.title);
}

void Table::Add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = Printable(cell);
  rows_.push_back(std::move(cells));
}

void Table::Print(std::ostream& out) const {
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t width = DisplayWidth(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, DisplayWidth(row[i]));
    widths.push_back(width);
  }
  auto print = [&](auto&& cell) {
    std::string line;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) line += "  ";
      line += Pad(cell(i), widths[i], columns_[i].right);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << "\n";
  };
  print([&](size_t i) { return columns_[i].title; });
  for (const auto& row : rows_) print([&](size_t i) { return row[i]; });
}

void Facts::Add(std::string_view name, std::string_view value) {
  if (!value.empty()) facts_.emplace_back(Printable(name), Printable(value));
}

void Facts::Print(std::ostream& out, std::string_view indent) const {
  size_t width = 0;
  for (const auto& [name, value] : facts_) width = std::max(width, DisplayWidth(name));
  for (const auto& [name, value] : facts_) out << indent << Pad(name, width + 2) << value << "\n";
}

}  // namespace traind::client
