#include "server/access/method_access.h"

#include "absl/container/flat_hash_map.h"

namespace traind {
namespace {

constexpr MethodAccess kAnybody = {.role = std::nullopt, .changes = false};
constexpr MethodAccess kReads = {.role = Role::kReader, .changes = false};
constexpr MethodAccess kChanges = {.role = Role::kTrainer, .changes = true};
constexpr MethodAccess kUnlisted = {.role = Role::kAdmin, .changes = true};
constexpr std::string_view kOurServices = "/traind.v1.";

using Table = absl::flat_hash_map<std::string_view, MethodAccess>;

const Table& Methods() {
  static const auto* const kTable = new Table{
      {"/traind.v1.DatasetService/CreateDataset", kChanges},
      {"/traind.v1.DatasetService/CreateUpload", kChanges},
      {"/traind.v1.DatasetService/WriteUpload", kChanges},
      {"/traind.v1.DatasetService/GetUpload", kReads},
      {"/traind.v1.DatasetService/CommitUpload", kChanges},
      {"/traind.v1.DatasetService/DeleteUpload", kChanges},
      {"/traind.v1.DatasetService/GetDataset", kReads},
      {"/traind.v1.DatasetService/ListDatasets", kReads},
      {"/traind.v1.DatasetService/DeleteDataset", kChanges},
      {"/traind.v1.TrainingService/CreateTrainingJob", kChanges},
      {"/traind.v1.TrainingService/GetTrainingJob", kReads},
      {"/traind.v1.TrainingService/ListTrainingJobs", kReads},
      {"/traind.v1.TrainingService/CancelTrainingJob", kChanges},
      {"/traind.v1.TrainingService/PauseTrainingJob", kChanges},
      {"/traind.v1.TrainingService/ResumeTrainingJob", kChanges},
      {"/traind.v1.TrainingService/DeleteTrainingJob", kChanges},
      {"/traind.v1.TrainingService/WatchTrainingJob", kReads},
      {"/traind.v1.ModelService/GetModel", kReads},
      {"/traind.v1.ModelService/ListModels", kReads},
      {"/traind.v1.ModelService/DeleteModel", kChanges},
      {"/traind.v1.ModelService/Predict", kReads},
      {"/traind.v1.ModelService/ExportModel", kReads},
      // Probes of Kubernetes and the like carry no token.
      {"/grpc.health.v1.Health/Check", kAnybody},
      {"/grpc.health.v1.Health/Watch", kAnybody},
      {"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", kReads},
  };
  return *kTable;
}

}  // namespace

std::optional<MethodAccess> FindMethodAccess(std::string_view method) {
  const auto found = Methods().find(method);
  if (found == Methods().end()) return std::nullopt;
  return found->second;
}

MethodAccess MethodAccessOf(std::string_view method) {
  // Of no service of ours: UNIMPLEMENTED, which clients of reflection ask for before they try its older form.
  return FindMethodAccess(method).value_or(method.starts_with(kOurServices) ? kUnlisted : kReads);
}

}  // namespace traind
