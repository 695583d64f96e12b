// Commands that take one name, such as `trainctl dataset get NAME`.
#ifndef TRAIND_CLIENT_CLI_NAMED_COMMAND_H_
#define TRAIND_CLIENT_CLI_NAMED_COMMAND_H_

#include <google/protobuf/empty.pb.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "client/cli/errors.h"
#include "client/cli/output.h"
#include "client/cli/resource_name.h"
#include "client/cli/session.h"

namespace traind::client {

struct CommandText {
  std::string name;
  std::string description;
  std::string example;
};

// Adds to `group` a command that calls `run` with the whole resource name; returns it for further options.
inline CLI::App* AddNamed(CLI::App& group, Session& session, const std::string& collection, const CommandText& text,
                          int (*run)(const Session&, const std::string& name)) {
  auto name = std::make_shared<std::string>();
  CLI::App* command = group.add_subcommand(text.name, text.description);
  command->add_option("NAME", *name, "NAME or " + collection + "/NAME")
      ->required()
      ->transform(ResourceName(collection));
  command->footer("\nExample:\n  " + text.example);
  command->callback([&session, name, run] { session.run = [&session, name, run] { return run(session, *name); }; });
  return command;
}

// Prints what became of the deletion of `name`; returns the exit code. `group` is as in Fail.
inline int ReportDelete(const Session& session, const std::string& name, std::string_view group,
                        const absl::Status& status) {
  if (!status.ok()) return Fail(session, "delete " + name, group, status);
  if (session.output == OutputFormat::kJson) {
    PrintJson(std::cout, google::protobuf::Empty());
  } else {
    std::cout << "deleted " << name << "\n";
  }
  return kSuccess;
}

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_NAMED_COMMAND_H_
