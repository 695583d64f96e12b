#include "server/datasets/number.h"

#include <charconv>
#include <cmath>
#include <system_error>

#include "absl/strings/charconv.h"
#include "absl/strings/str_cat.h"
#include "server/errors/text.h"

namespace traind {
namespace {

constexpr double kMaxExact = 9007199254740992.0;  // 2^53

// The standard's parser takes no plus sign.
std::string_view WithoutPlus(std::string_view text) {
  return text.size() > 1 && text[0] == '+' && text[1] != '-' ? text.substr(1) : text;
}

absl::Status Missing() { return absl::InvalidArgumentError("is missing"); }

}  // namespace

absl::StatusOr<float> ParseFloat32(std::string_view text) {
  float value = 0;
  const std::string_view digits = WithoutPlus(text);
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (stop == end && error == std::errc() && std::isfinite(value)) return value;

  if (text.empty()) return Missing();
  if (stop != end || error == std::errc::invalid_argument) {
    return absl::InvalidArgumentError(absl::StrCat(Quoted(text), " is not a number"));
  }
  if (error == std::errc()) {
    return absl::InvalidArgumentError(absl::StrCat(Quoted(text), " is not a finite number"));
  }
  // The standard's parser leaves the value alone when it is out of range, at either end.
  absl::from_chars(digits.data(), end, value);
  if (std::abs(value) < 1) return value;
  return absl::InvalidArgumentError(absl::StrCat(Quoted(text), " is too large for a float32 (at most 3.4e38)"));
}

bool IsNumberOutOfRange(std::string_view text) {
  float value = 0;
  const std::string_view digits = WithoutPlus(text);
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  return stop == end && error != std::errc::invalid_argument && !ParseFloat32(text).ok();
}

absl::StatusOr<std::variant<int64_t, std::string_view>> ParseClassLabel(std::string_view text) {
  using Label = std::variant<int64_t, std::string_view>;
  if (text.empty()) return Missing();
  const std::string_view digits = WithoutPlus(text);
  const char* end = digits.data() + digits.size();
  int64_t whole = 0;
  if (const auto [stop, error] = std::from_chars(digits.data(), end, whole); stop == end && error == std::errc()) {
    return Label(whole);
  }
  double number = 0;
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (stop != end || error == std::errc::invalid_argument) return Label(text);
  if (error == std::errc::result_out_of_range) {
    absl::from_chars(digits.data(), end, number);
  } else if (!std::isfinite(number)) {
    return absl::InvalidArgumentError(absl::StrCat(Quoted(text), " is not a finite number"));
  }
  if (std::abs(number) > kMaxExact) return Label(text);
  if (number != std::floor(number) || error != std::errc()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(text), " is fractional, which names no class; use task REGRESSION to learn numbers"));
  }
  return Label(static_cast<int64_t>(number));
}

}  // namespace traind
