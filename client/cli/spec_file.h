// Training specs as people write them: a file with the JSON or YAML form of proto/traind/v1/training_spec.proto.
#ifndef TRAIND_CLIENT_CLI_SPEC_FILE_H_
#define TRAIND_CLIENT_CLI_SPEC_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "traind/v1/training_spec.pb.h"

namespace traind::client {

// Reads a spec from `path`: JSON if it ends in .json, YAML if in .yaml or .yml. YAML values have the types that they
// have in JSON, by the core schema of YAML 1.2 (`yes` is a text, `"1"` is a text); aliases are followed. Errors name
// the file and, as far as known, the line and column or the path of the field: for syntax, for keys that are given
// twice or that no field has, for values of another type. What values mean is for the server to check.
absl::StatusOr<v1::TrainingSpec> ReadSpecFile(const std::string& path);

// The same for text that was read already; `file` is what errors call it.
absl::StatusOr<v1::TrainingSpec> ParseJsonSpec(const std::string& text, std::string_view file);
absl::StatusOr<v1::TrainingSpec> ParseYamlSpec(const std::string& text, std::string_view file);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_SPEC_FILE_H_
