#include "client/cli/option_checks.h"

#include <limits>
#include <regex>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace traind::client {
namespace {

std::string Refusal(const std::string& value, const std::string& expected) {
  return absl::StrCat("is '", value, "'; must be ", expected);
}

bool IsServerAddress(const std::string& value) {
  static const std::regex kScheme("(unix|unix-abstract|dns|ipv4|ipv6):(.*[^0-9].*)");
  static const std::regex kHostPort("(\\[[^\\]]+\\]|[^:/\\[\\]\\s]+):([0-9]{1,5})");
  if (std::regex_match(value, kScheme)) return true;
  std::smatch match;
  if (!std::regex_match(value, match, kHostPort)) return false;
  int port = std::stoi(match[2]);
  return port >= 1 && port <= 65535;
}

}  // namespace

CLI::Validator ServerAddress() {
  return CLI::Validator(
      [](std::string& value) {
        return IsServerAddress(value) ? "" : Refusal(value, "HOST:PORT, such as 127.0.0.1:50051");
      },
      "");
}

CLI::Validator NumberFrom(double least, double most) {
  return CLI::Validator(
      [least, most](std::string& value) {
        double number;
        bool within = absl::SimpleAtod(value, &number) && number >= least && number <= most;
        return within ? "" : Refusal(value, absl::StrCat("a number from ", least, " to ", most));
      },
      "");
}

CLI::Validator WholeNumberFrom(int64_t least) {
  return CLI::Validator(
      [least](std::string& value) {
        int64_t number;
        bool within = absl::SimpleAtoi(value, &number) && number >= least;
        return within ? ""
                      : Refusal(value, absl::StrCat("a whole number from ", least, " to ",
                                                    std::numeric_limits<int64_t>::max()));
      },
      "");
}

}  // namespace traind::client
