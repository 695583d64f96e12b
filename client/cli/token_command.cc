#include "client/cli/token_command.h"

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/cli/errors.h"
#include "client/cpp/token.h"

namespace traind::client {
namespace {

struct NewTokenOptions {
  std::string name;
  std::string role;
  std::string tenant = "default";
  std::string expires;
};

// Makes a day a time. Returns what is wrong with the value, or nothing.
std::string CheckExpiry(std::string& value) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, value, &time, &error)) return "";
  if (!absl::ParseTime("%Y-%m-%d", value, &time, &error)) {
    return absl::StrCat("is '", value, "'; must be a day, such as 2027-01-31, or a time, such as 2027-01-31T12:00:00Z");
  }
  value += "T00:00:00Z";
  return "";
}

int Create(const Session& session, const NewTokenOptions& options) {
  const std::string token = NewToken();
  if (token.empty()) {
    std::cerr << "trainctl: the system has no random bits to make a token of\n";
    return kFailure;
  }
  const std::string line = absl::StrCat(options.name, " ", options.role, " ", options.tenant, " ", TokenHash(token),
                                        options.expires.empty() ? "" : " ", options.expires);
  if (session.output == OutputFormat::kJson) {
    std::cout << nlohmann::ordered_json({{"token", token}, {"line", line}}).dump() << "\n";
    return kSuccess;
  }
  std::cout << "Token, for " << options.name << " alone; it is kept nowhere and shown this once:\n\n  " << token
            << "\n\nLine for the server's --tokens_file, which is read again when it changes:\n\n  " << line << "\n";
  return kSuccess;
}

}  // namespace

void AddTokenCommands(CLI::App& app, Session& session) {
  CLI::App* group = app.add_subcommand("token", "Tokens, with which callers tell a server who they are");
  group->require_subcommand(1);
  CLI::App* create = group->add_subcommand("create", "Make a token, and the line by which a server knows it");
  auto options = std::make_shared<NewTokenOptions>();
  create->add_option("NAME", options->name, "Who will use it: letters, digits, '-', '_', '.' and '@', at most 63")
      ->required()
      ->check(CLI::Validator(
          [](std::string& name) {
            const bool good = !name.empty() && name.size() <= 63 &&
                              name.find_first_not_of(
                                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
                                  "@") == std::string::npos;
            return good ? "" : absl::StrCat("is '", name, "'; must be at most 63 letters, digits, '-', '_', '.', '@'");
          },
          ""));
  create->add_option("--role", options->role, "reader, trainer or admin")
      ->required()
      ->check(CLI::IsMember({"reader", "trainer", "admin"}).description(""))
      ->type_name("ROLE");
  create->add_option("--tenant", options->tenant, "Whose resources it is for")
      ->check(CLI::Validator(
          [](std::string& tenant) {
            const bool good = !tenant.empty() && tenant.size() <= 63 && tenant[0] >= 'a' && tenant[0] <= 'z' &&
                              tenant.back() != '-' &&
                              tenant.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
            return good ? ""
                        : absl::StrCat("is '", tenant,
                                       "'; must be a lower-case letter, then lower-case letters, digits and hyphens, "
                                       "the last one no hyphen; at most 63");
          },
          ""))
      ->capture_default_str()
      ->type_name("ID");
  create->add_option("--expires", options->expires, "Day or time (UTC) from which on it is refused; default: never")
      ->transform(CLI::Validator(CheckExpiry, ""))
      ->type_name("DATE");
  create->footer("\nExample:\n  trainctl token create alice --role trainer --tenant acme --expires 2027-01-31");
  create->callback([&session, options] { session.run = [&session, options] { return Create(session, *options); }; });
}

}  // namespace traind::client
