#include "server/convert/training_spec.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/data/preprocessing_plan.h"
#include "engine/layers/stack.h"
#include "server/convert/field_reader.h"
#include "server/convert/resource_name.h"
#include "server/datasets/stored_dataset.h"
#include "server/errors/errors.h"
#include "server/errors/text.h"

namespace traind {
namespace {

FieldViolation InSpec(const engine::Fault& fault) { return {absl::StrCat("spec.", fault.field), fault.description}; }

// Whether `field` is `path` or a part of it.
bool IsWithin(const std::string& field, const std::string& path) {
  return absl::StartsWith(field, path) &&
         (field.size() == path.size() || field[path.size()] == '.' || field[path.size()] == '[');
}

// Whether a fault of the engine may only come from what stands in for an untranslated part of the spec.
bool Follows(const std::string& fault, const std::string& untranslated) {
  return IsWithin(fault, untranslated) || (IsWithin(untranslated, "spec.model") && IsWithin(fault, "spec.loss")) ||
         (IsWithin(untranslated, "spec.loss") && IsWithin(fault, "spec.metrics")) ||
         (IsWithin(untranslated, "spec.metrics") && absl::EndsWith(fault, ".monitor"));
}

bool AsksForClasses(const engine::Fault& fault) {
  return IsWithin(fault.field, "loss") || IsWithin(fault.field, "metrics") || fault.field == "validation_rows";
}

absl::Status DoesNotFit(const DatasetRecord& dataset, const std::vector<engine::Fault>& faults) {
  const std::string name = ResourceName(kDatasets, dataset.id);
  std::string message = absl::StrCat(name, " is a regression dataset, whose labels are numbers: ");
  for (size_t i = 0; i < faults.size(); ++i) {
    absl::StrAppend(&message, i == 0 ? "" : "; ", "spec.", faults[i].field, " ", faults[i].description);
  }
  return WithReason(absl::FailedPreconditionError(message), "DATASET_DOES_NOT_FIT",
                    {{"dataset", name}, {"task", "REGRESSION"}});
}

// A training that fills in nothing cannot be validated on what misses something; empty if it need not.
std::vector<FieldViolation> MissingInValidation(const engine::TrainingSpec& spec, const engine::DatasetShape& training,
                                                const DatasetRecord& validation) {
  if (engine::PlanPreprocessing(spec.preprocessing, training).changes_rows()) return {};
  for (const engine::ColumnShape& column : ShapeOf(validation).columns) {
    if (!column.has_missing) continue;
    return {
        {"spec.preprocessing.numeric.imputation",
         absl::StrCat("is not given, and column ", Quoted(column.name), " of ", ResourceName(kDatasets, validation.id),
                      " misses values, as no column of the training dataset does: give one")}};
  }
  return {};
}

}  // namespace

absl::StatusOr<engine::TrainingSpec> FromProto(const v1::TrainingSpec& spec) {
  std::vector<FieldViolation> faults;
  engine::TrainingSpec translated;
  FieldReader(spec, "spec", faults).Read(translated);
  // Where the translation found a fault it left a default, of which the engine's opinion does not matter.
  const std::vector<FieldViolation> untranslated = faults;
  for (const engine::Fault& fault : engine::Validate(translated)) {
    FieldViolation violation = InSpec(fault);
    if (std::none_of(untranslated.begin(), untranslated.end(),
                     [&](const FieldViolation& other) { return Follows(violation.field, other.field); })) {
      faults.push_back(std::move(violation));
    }
  }
  if (!faults.empty()) return InvalidFields(faults);
  return translated;
}

absl::Status CheckLimits(const engine::TrainingSpec& spec, const DatasetRecord& dataset, const SpecLimits& limits) {
  std::vector<FieldViolation> violations;
  const auto check = [&](const char* field, const char* what, int64_t value, int64_t most, const char* flag) {
    if (value <= most) return;
    violations.push_back(
        {field, absl::StrCat(what, " ", value, "; this server allows at most ", most, " (", flag, ")")});
  };
  check("spec.epochs", "is", spec.epochs, limits.epochs, "--max_epochs");
  check("spec.model.layers", "has, nested ones included,", engine::CountLayers(spec.model.layers), limits.layers,
        "--max_layers");
  check("spec.model.layers", "has parameters:", engine::CountParameters(spec, ShapeOf(dataset)), limits.parameters,
        "--max_parameters");
  return violations.empty() ? absl::OkStatus() : InvalidFields(violations);
}

absl::Status CheckFits(const engine::TrainingSpec& spec, const DatasetRecord& dataset,
                       const DatasetRecord* validation) {
  const engine::DatasetShape shape = ShapeOf(dataset);
  engine::DatasetShape validation_shape = shape;  // but for its rows, once its labels are renumbered
  if (validation != nullptr) validation_shape.rows = validation->rows;
  const std::vector<engine::Fault> faults =
      engine::ValidateFor(spec, shape, validation == nullptr ? nullptr : &validation_shape);
  if (dataset.task == Task::kRegression) {
    std::vector<engine::Fault> asking;
    std::copy_if(faults.begin(), faults.end(), std::back_inserter(asking), AsksForClasses);
    if (!asking.empty()) return DoesNotFit(dataset, asking);
  }
  std::vector<FieldViolation> violations;
  if (validation != nullptr) violations = MissingInValidation(spec, shape, *validation);
  std::transform(faults.begin(), faults.end(), std::back_inserter(violations), InSpec);
  return violations.empty() ? absl::OkStatus() : InvalidFields(violations);
}

std::string SpecToJson(const v1::TrainingSpec& spec) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  // It fails only on Any and Timestamp, which a spec has not.
  (void)google::protobuf::util::MessageToJsonString(spec, &json, options);
  return json;
}

absl::StatusOr<v1::TrainingSpec> SpecProtoFromJson(const std::string& json) {
  v1::TrainingSpec spec;
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, &spec);
  if (!parsed.ok()) {
    return absl::DataLossError(absl::StrCat("a stored spec cannot be read: ", parsed.message().ToString()));
  }
  return spec;
}

absl::StatusOr<engine::TrainingSpec> SpecFromJson(const std::string& json) {
  const absl::StatusOr<v1::TrainingSpec> spec = SpecProtoFromJson(json);
  if (!spec.ok()) return spec.status();
  absl::StatusOr<engine::TrainingSpec> translated = FromProto(*spec);
  if (translated.ok()) return translated;
  return absl::DataLossError(absl::StrCat("a stored spec is not valid: ", translated.status().message()));
}

}  // namespace traind
