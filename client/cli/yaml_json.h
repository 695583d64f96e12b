// YAML as the JSON that it stands for.
#ifndef TRAIND_CLIENT_CLI_YAML_JSON_H_
#define TRAIND_CLIENT_CLI_YAML_JSON_H_

#include <string>

#include "absl/status/statusor.h"

namespace traind::client {

// One YAML document as JSON text. Plain scalars are typed by the core schema of YAML 1.2 (chapter 10.3), quoted ones
// are texts; infinities and NaN become the texts that proto3 JSON has for them. Refuses, with line and column: bad
// syntax, keys that are not scalars or are given twice, nesting deeper than 100, and aliases that blow the document up.
absl::StatusOr<std::string> YamlToJson(const std::string& text);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_YAML_JSON_H_
