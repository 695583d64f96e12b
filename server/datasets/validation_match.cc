#include "server/datasets/validation_match.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/datasets/stored_dataset.h"
#include "server/errors/errors.h"
#include "server/errors/text.h"

namespace traind {
namespace {

constexpr size_t kMaxNamesInMessage = 20;

std::string ResourceNameOf(const DatasetRecord& record) { return absl::StrCat("datasets/", record.id); }

const char* NameOf(Task task) { return task == Task::kClassification ? "CLASSIFICATION" : "REGRESSION"; }

bool AreDefaults(const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != absl::StrCat(i)) return false;
  }
  return true;
}

// `what` are features or targets.
void CompareNames(const std::vector<std::string>& names, const std::vector<std::string>& wanted, const char* what,
                  std::vector<std::string>& faults) {
  if (names.size() != wanted.size()) {
    faults.push_back(absl::StrCat("it has ", names.size(), " ", what, "s, not ", wanted.size()));
    return;
  }
  if (AreDefaults(names) || AreDefaults(wanted)) return;
  const auto [name, other] = std::mismatch(names.begin(), names.end(), wanted.begin());
  if (name == names.end()) return;
  faults.push_back(
      absl::StrCat("its ", what, " ", name - names.begin() + 1, " is ", Quoted(*name), ", not ", Quoted(*other)));
}

// Features that the training has and the validation has not, and why, if they were left out of it.
void NameLacking(const DatasetRecord& validation, const DatasetRecord& training, std::vector<std::string>& faults) {
  if (AreDefaults(validation.feature_names) || AreDefaults(training.feature_names)) return;
  const std::set<std::string_view> own(validation.feature_names.begin(), validation.feature_names.end());
  for (const std::string& name : training.feature_names) {
    if (own.contains(name) || faults.size() >= kMaxNamesInMessage) continue;
    const auto column = std::ranges::find(validation.columns, name, &Column::name);
    faults.push_back(absl::StrCat("it lacks the feature ", Quoted(name),
                                  column == validation.columns.end() || column->warning.empty()
                                      ? ""
                                      : absl::StrCat(", which ", column->warning)));
  }
}

// Both have as many features. What holds numbers on one side must hold them on the other.
void CompareKinds(const DatasetRecord& validation, const DatasetRecord& training, std::vector<std::string>& faults) {
  const auto own = ColumnShapes(validation.columns, validation.feature_names);
  const auto wanted = ColumnShapes(training.columns, training.feature_names);
  for (size_t i = 0; i < own.size() && faults.size() < kMaxNamesInMessage; ++i) {
    if ((own[i].categories > 0) == (wanted[i].categories > 0)) continue;
    const char* const kinds[] = {"numbers", "categories"};
    faults.push_back(absl::StrCat("its column ", Quoted(own[i].name), " holds ", kinds[own[i].categories > 0], ", not ",
                                  kinds[wanted[i].categories > 0], ": say in format.csv.columns what it is"));
  }
}

}  // namespace

absl::Status CheckValidates(const DatasetRecord& validation, const DatasetRecord& training) {
  std::vector<std::string> faults;
  CompareNames(validation.feature_names, training.feature_names, "feature", faults);
  if (faults.empty()) {
    CompareKinds(validation, training, faults);
  } else {
    NameLacking(validation, training, faults);
  }
  if (validation.task != training.task) {
    faults.push_back(absl::StrCat("its task is ", NameOf(validation.task), ", not ", NameOf(training.task)));
  } else if (training.task == Task::kClassification) {
    const auto indices = ClassIndices(validation.class_names, training.class_names);
    if (!indices.ok()) faults.emplace_back(indices.status().message());
  } else if (validation.target_names.size() > 1 || training.target_names.size() > 1) {
    // A single target is whatever its column is called, as in training.
    CompareNames(validation.target_names, training.target_names, "target", faults);
  }
  if (faults.empty()) return absl::OkStatus();
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat(ResourceNameOf(validation), " cannot validate a training on ",
                                                 ResourceNameOf(training), ": ", absl::StrJoin(faults, "; "))),
      "DATASET_DOES_NOT_FIT",
      {{"dataset", ResourceNameOf(validation)}, {"training_dataset", ResourceNameOf(training)}});
}

absl::StatusOr<std::vector<int32_t>> ClassIndices(const std::vector<std::string>& names,
                                                  const std::vector<std::string>& known) {
  absl::flat_hash_map<std::string_view, int32_t> index_of;
  for (size_t i = 0; i < known.size(); ++i) index_of.emplace(known[i], static_cast<int32_t>(i));
  std::vector<int32_t> indices;
  std::vector<std::string> unknown;
  for (const std::string& name : names) {
    if (const auto found = index_of.find(name); found != index_of.end()) {
      indices.push_back(found->second);
    } else {
      unknown.push_back(Quoted(name));
    }
  }
  if (unknown.empty()) return indices;
  const size_t listed = std::min(unknown.size(), kMaxNamesInMessage);
  std::string list = absl::StrJoin(unknown.begin(), unknown.begin() + static_cast<int64_t>(listed), ", ");
  if (listed < unknown.size()) absl::StrAppend(&list, " and ", unknown.size() - listed, " more");
  return absl::FailedPreconditionError(absl::StrCat("it has classes that the training does not know: ", list));
}

}  // namespace traind
