#include "server/errors/text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"

namespace traind {
namespace {

constexpr int kMaxQuotedCharacters = 64;

struct Character {
  size_t bytes = 1;
  int32_t code_point = -1;  // -1: the first byte begins no well-formed character
};

Character FirstCharacter(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {1, byte(0)};
  const size_t size = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < size) return {};
  int32_t code_point = byte(0) & (0xFF >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code_point = code_point << 6 | (byte(i) & 0x3F);
  }
  const int32_t smallest = size == 4 ? 0x10000 : size == 3 ? 0x800 : 0x80;
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < smallest || code_point > 0x10FFFF || surrogate) return {};
  return {size, code_point};
}

// Unicode's categories Cc, Cf, Zl, Zp and the private and unassigned ends, as far as they are ranges worth naming.
bool IsShownAsItIs(int32_t code_point) {
  constexpr int32_t kHidden[][2] = {{-1, 0x1F},       {0x7F, 0x9F},     {0xAD, 0xAD},       {0x61C, 0x61C},
                                    {0x180E, 0x180E}, {0x200B, 0x200F}, {0x2028, 0x202E},   {0x2060, 0x206F},
                                    {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFB}, {0xE0000, 0x10FFFF}};
  return std::none_of(std::begin(kHidden), std::end(kHidden),
                      [&](const auto& range) { return code_point >= range[0] && code_point <= range[1]; });
}

}  // namespace

bool IsUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const Character character = FirstCharacter(bytes);
    if (character.code_point < 0) return false;
    bytes.remove_prefix(character.bytes);
  }
  return true;
}

std::string ToUtf8(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const Character character = FirstCharacter(bytes);
    text += character.code_point < 0 ? "\xEF\xBF\xBD" : bytes.substr(0, character.bytes);
    bytes.remove_prefix(character.bytes);
  }
  return text;
}

std::string Quoted(std::string_view bytes) {
  std::string text = "'";
  for (int i = 0; i < kMaxQuotedCharacters && !bytes.empty(); ++i) {
    const Character character = FirstCharacter(bytes);
    if (IsShownAsItIs(character.code_point)) {
      text += bytes.substr(0, character.bytes);
    } else if (character.bytes == 1) {
      absl::StrAppend(&text, "\\x", absl::Hex(static_cast<unsigned char>(bytes[0]), absl::kZeroPad2));
    } else {
      absl::StrAppend(&text, "\\u{", absl::Hex(character.code_point), "}");
    }
    bytes.remove_prefix(character.bytes);
  }
  return text + (bytes.empty() ? "'" : "...'");
}

}  // namespace traind
