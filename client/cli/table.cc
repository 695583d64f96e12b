#include "client/cli/table.h"

#include <algorithm>
#include <utility>

namespace traind::client {

std::string Printable(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
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

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

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

void Facts::Add(std::string name, std::string value) {
  if (!value.empty()) facts_.emplace_back(std::move(name), Printable(value));
}

void Facts::Print(std::ostream& out, std::string_view indent) const {
  size_t width = 0;
  for (const auto& [name, value] : facts_) width = std::max(width, DisplayWidth(name));
  for (const auto& [name, value] : facts_) out << indent << Pad(name, width + 2) << value << "\n";
}

}  // namespace traind::client
