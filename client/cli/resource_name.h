// Names on the command line.
#ifndef TRAIND_CLIENT_CLI_RESOURCE_NAME_H_
#define TRAIND_CLIENT_CLI_RESOURCE_NAME_H_

#include <CLI/CLI.hpp>
#include <string>

namespace traind::client {

// Turns `digits` into `datasets/digits` (for the collection `datasets`) and leaves `datasets/digits` as it is. A name
// of another collection, and one that is not UTF-8, is a wrong command line.
CLI::Validator ResourceName(const std::string& collection);

// As ResourceName, but leaves the id alone: `digits`.
CLI::Validator ResourceId(const std::string& collection);

// Whether a message can carry the text.
bool IsUtf8(const std::string& text);

// Refuses text that is not UTF-8, which no message can carry.
CLI::Validator Utf8();

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_RESOURCE_NAME_H_
