#include "engine/training/validate.h"

#include <algorithm>
#include <limits>
#include <string>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/layers/stack.h"
#include "engine/training/check_fields.h"
#include "engine/training/check_model.h"
#include "engine/training/lowering.h"
#include "engine/training/preprocessed_model.h"

namespace traind::engine {
namespace {

std::string MetricPath(std::size_t index) { return absl::StrCat("metrics[", index, "]"); }

std::string LossPath(const LossSpec& loss) {
  return std::visit([](const auto& kind) { return absl::StrCat("loss.", kind.kName); }, loss);
}

void CheckLoss(const TrainingSpec& spec, Faults& faults) {
  if (spec.model.layers.empty() || EndsWith(spec.model, BroughtBy(spec.loss))) return;
  faults.Add(LossPath(spec.loss), "needs ",
             BroughtBy(spec.loss) == OutputActivation::kSoftmax
                 ? "class probabilities; let the model end with an activation of function SOFTMAX"
                 : "probabilities; let the model end with an activation of function SIGMOID");
}

void CheckOptimizer(const OptimizerSpec& optimizer, Faults& faults) {
  if (optimizer.clipvalue.has_value() + optimizer.clipnorm.has_value() + optimizer.global_clipnorm.has_value() > 1) {
    faults.Add("optimizer", "has several of clipvalue, clipnorm and global_clipnorm; give one of them");
  }
}

// What a metric needs and the loss does not say.
const char* Missing(Metric metric, const LossSpec& loss) {
  switch (NeedsOf(metric)) {
    case MetricNeeds::kClasses:
      return LabelsOf(loss) == LabelKind::kTargets ? "a loss for classes" : nullptr;
    case MetricNeeds::kProbabilities:
      return BroughtBy(loss) == OutputActivation::kNone ? "probabilities, which this loss does not give" : nullptr;
    case MetricNeeds::kTargets:
      return LabelsOf(loss) == LabelKind::kClasses ? "a loss for regression" : nullptr;
  }
  return nullptr;
}

void CheckMetrics(const TrainingSpec& spec, Faults& faults) {
  const auto& metrics = spec.metrics;
  for (std::size_t i = 0; i < metrics.size() && i < static_cast<std::size_t>(kMaxMetrics); ++i) {
    const auto first = std::find(metrics.begin(), metrics.end(), metrics[i]) - metrics.begin();
    if (first != static_cast<std::ptrdiff_t>(i)) {
      faults.Add(MetricPath(i), "is ", NameOf(metrics[i]), " again; name a metric once");
    } else if (const char* missing = Missing(metrics[i], spec.loss)) {
      faults.Add(MetricPath(i), "is ", NameOf(metrics[i]), ", which needs ", missing);
    }
  }
}

void CheckMonitor(const TrainingSpec& spec, const std::string& field, const std::string& monitor, Faults& faults) {
  const std::string figure = absl::StartsWith(monitor, "val_") ? monitor.substr(4) : monitor;
  if (figure == "loss") return;
  std::string known = "loss";
  for (const Metric metric : spec.metrics) {
    const std::string reported = ReportedNameOf(metric);
    if (reported.empty()) continue;
    if (reported == figure) return;
    absl::StrAppend(&known, ", ", reported);
  }
  faults.Add(field + ".monitor", "is '", monitor, "', which no epoch reports; it must be one of ", known,
             ", with val_ before it for that of the validation rows");
}

constexpr char kPlateau[] = "optimizer.learning_rate_schedule.reduce_on_plateau";

// Null if the learning rate does not follow a figure.
const ReduceOnPlateauSpec* PlateauOf(const TrainingSpec& spec) {
  return std::get_if<ReduceOnPlateauSpec>(&spec.optimizer.learning_rate_schedule.kind);
}

void CheckControl(const TrainingSpec& spec, Faults& faults) {
  if (spec.early_stopping) CheckMonitor(spec, "early_stopping", spec.early_stopping->monitor, faults);
  const CheckpointSpec& checkpoint = spec.checkpoint;
  if (checkpoint.every_steps.has_value() + checkpoint.every_seconds.has_value() + checkpoint.every_epochs.has_value() >
      1) {
    faults.Add("checkpoint", "has several of every_steps, every_seconds and every_epochs; give one of them");
  }
  if (spec.keep_best) CheckMonitor(spec, "keep_best", spec.keep_best->monitor, faults);
  if (const auto* plateau = PlateauOf(spec)) CheckMonitor(spec, kPlateau, plateau->monitor, faults);
  if (spec.keep_best && spec.early_stopping && spec.early_stopping->restore_best_weights) {
    faults.Add("keep_best", "is given beside early_stopping.restore_best_weights; say one of them");
  }
}

// What the labels must be, in words; null if they are.
const char* WantedLabels(const LossSpec& loss, const DatasetShape& shape) {
  switch (LabelsOf(loss)) {
    case LabelKind::kClasses:
      return shape.classes < 1 ? "needs a classification dataset; the labels of this one are numbers" : nullptr;
    case LabelKind::kBinary:
      return shape.classes > 2 ? "needs a dataset of two classes; for more take categorical_crossentropy" : nullptr;
    case LabelKind::kTargets:
      return shape.classes > 0 ? "needs a regression dataset; the labels of this one are classes" : nullptr;
  }
  return nullptr;
}

void CheckOutputs(const TrainingSpec& spec, const DatasetShape& shape, Faults& faults) {
  const std::size_t last = *OutputDense(spec.model);
  const int64_t units = std::get<DenseSpec>(spec.model.layers[last].kind).units;
  const LabelKind labels = LabelsOf(spec.loss);
  const int64_t wanted = shape.classes == 0 ? shape.targets : labels == LabelKind::kBinary ? 1 : shape.classes;
  if (units == wanted) return;
  faults.Add(absl::StrCat("model.layers[", last, "].dense.units"), "is ", units,
             "; as the last dense layer's it must be ",
             shape.classes == 0             ? "the dataset's number of targets, "
             : labels == LabelKind::kBinary ? "1, the probability of the second class: "
                                            : "the dataset's number of classes, ",
             wanted);
}

void CheckLabels(const TrainingSpec& spec, const DatasetShape& shape, Faults& faults) {
  if (const char* wanted = WantedLabels(spec.loss, shape)) {
    faults.Add(LossPath(spec.loss), wanted);
  } else {
    CheckOutputs(spec, shape, faults);
  }
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    if (const int64_t most = MostClasses(spec.metrics[i]); shape.classes > most) {
      faults.Add(MetricPath(i), "is ", NameOf(spec.metrics[i]), ", which is for at most ", most,
                 " classes; the dataset has ", shape.classes);
    }
  }
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    if ((NeedsOf(spec.metrics[i]) == MetricNeeds::kTargets) == (shape.classes == 0)) continue;
    faults.Add(MetricPath(i), "is ", NameOf(spec.metrics[i]), ", which needs a ",
               shape.classes > 0 ? "regression" : "classification", " dataset");
  }
  if (shape.classes > 0) return;
  if (spec.validation_rows == ValidationRows::kStratified) {
    faults.Add("validation_rows", "is STRATIFIED, which needs a classification dataset");
  }
}

void CheckClassWeights(const TrainingSpec& spec, const DatasetShape& shape, Faults& faults) {
  if (!spec.class_weight.empty() && shape.classes < 1) {
    faults.Add("class_weight", "is given, which needs a classification dataset");
    return;
  }
  if (spec.class_weight.empty()) return;
  const auto indices = ClassIndicesByName(shape);
  for (const auto& [name, weight] : spec.class_weight) {
    if (!indices.contains(name)) {
      faults.Add(absl::StrCat("class_weight[\"", name, "\"]"), "names no class of the dataset");
    }
  }
  const bool all_named = spec.class_weight.size() == indices.size();
  if (all_named &&
      std::ranges::all_of(spec.class_weight, [](const auto& entry) { return static_cast<float>(entry.second) == 0; })) {
    faults.Add("class_weight", "is 0 for every class, so nothing could be learned; give one of them more");
  }
}

void CheckSplit(const TrainingSpec& spec, const DatasetShape& shape, Faults& faults) {
  const int64_t training = CountTrainingRows(shape.rows, spec.validation_split);
  const int64_t least = NeedsTwoRows(spec.model.layers) ? 2 : 1;
  if (training < least) {
    faults.Add("validation_split", "is ", spec.validation_split, ", which leaves ", training, " of ", shape.rows,
               " rows to train on; there must be at least ", least,
               least == 2 ? ", since batch normalization needs a variance" : "");
  }
  if (spec.validation_split > 0 && training == shape.rows) {
    faults.Add("validation_split", "is ", spec.validation_split, ", which holds out none of ", shape.rows,
               " rows; make it larger, or 0 to validate on none");
  }
}

void CheckValidation(const TrainingSpec& spec, const DatasetShape& shape, const DatasetShape* validation,
                     Faults& faults) {
  if (validation != nullptr) {
    if (spec.validation_split > 0) {
      faults.Add("validation_split", "is ", spec.validation_split,
                 " beside a validation dataset; leave out one of them");
    }
    if (validation->rows < 1 || validation->features != shape.features || validation->classes != shape.classes ||
        (shape.classes == 0 && validation->targets != shape.targets)) {
      faults.Add("validation_dataset", "has ", validation->rows, " rows of ", validation->features,
                 " features; it must have rows, and features and labels like those of the training dataset");
    }
    return;
  }
  if (spec.validation_split > 0) return;
  const auto check = [&](const char* field, const std::string& monitor) {
    if (!absl::StartsWith(monitor, "val_")) return;
    faults.Add(absl::StrCat(field, ".monitor"), "is '", monitor,
               "', and nothing is validated; give a validation_split or a validation dataset, or monitor '",
               monitor.substr(4), "'");
  };
  if (spec.early_stopping) check("early_stopping", spec.early_stopping->monitor);
  if (spec.keep_best) check("keep_best", spec.keep_best->monitor);
  if (const auto* plateau = PlateauOf(spec)) check(kPlateau, plateau->monitor);
}

}  // namespace

std::vector<Fault> ValidateModel(const ModelSpec& model) {
  Faults faults;
  FieldChecker("model.", faults).Check(model);
  CheckModel(model, faults);
  return faults.Take();
}

std::vector<Fault> ValidatePlaces(const ModelSpec& model, int64_t features) {
  Faults faults;
  CheckPlaces(model.layers, /*first=*/true, features, "model.layers", faults);
  return faults.Take();
}

std::vector<Fault> Validate(const TrainingSpec& spec) {
  Faults faults;
  FieldChecker("", faults).Check(spec);
  CheckModel(spec.model, faults);
  CheckLoss(spec, faults);
  CheckOptimizer(spec.optimizer, faults);
  CheckMetrics(spec, faults);
  CheckControl(spec, faults);
  if (spec.preprocessing.standardize_targets && !std::holds_alternative<MeanSquaredErrorSpec>(spec.loss) &&
      !std::holds_alternative<MeanAbsoluteErrorSpec>(spec.loss) && !std::holds_alternative<HuberSpec>(spec.loss)) {
    faults.Add("preprocessing.standardize_targets",
               "is true, which goes with mean_squared_error, mean_absolute_error and huber only");
  }
  if (spec.batch_size == 1 && NeedsTwoRows(spec.model.layers)) {
    faults.Add("batch_size", "is 1; with batch normalization it must be at least 2, since one row has no variance");
  }
  return faults.Take();
}

int64_t CountParameters(const ModelSpec& model, int64_t features) {
  const double parameters = CountParameters(model.layers, features);
  return parameters < 9e18 ? static_cast<int64_t>(parameters) : std::numeric_limits<int64_t>::max();
}

int64_t CountParameters(const TrainingSpec& spec, const DatasetShape& shape) {
  const PreprocessingPlan plan = PlanPreprocessing(spec.preprocessing, shape);
  return CountParameters(WithPreprocessing(spec.model, plan), plan.width);
}

std::vector<Fault> ValidateFor(const TrainingSpec& spec, const DatasetShape& shape, const DatasetShape* validation) {
  Faults faults;
  if (shape.rows < 1 || shape.features < 1) {
    faults.Add("dataset", "has ", shape.rows, " rows of ", shape.features,
               " features; it must have at least 1 of each");
    return faults.Take();
  }
  if (!shape.columns.empty() && static_cast<int64_t>(shape.columns.size()) != shape.features) {
    faults.Add("dataset", "has ", shape.features, " features and describes ", shape.columns.size(), " columns");
    return faults.Take();
  }
  CheckLabels(spec, shape, faults);
  CheckClassWeights(spec, shape, faults);
  const PreprocessingPlan plan = PlanPreprocessing(spec.preprocessing, shape, faults);
  const ModelSpec model = WithPreprocessing(spec.model, plan);
  const bool first = model.layers.size() == spec.model.layers.size();
  CheckPlaces(spec.model.layers, first, ModelInputs(plan), "model.layers", faults);
  if (const int64_t parameters = CountParameters(model, plan.width); parameters > kMaxParameters) {
    faults.Add("model.layers", "has ", parameters, " parameters on ", shape.features,
               " features; it must have at most ", kMaxParameters);
  }
  CheckSplit(spec, shape, faults);
  CheckValidation(spec, shape, validation, faults);
  return faults.Take();
}

absl::Status CheckTrainable(const TrainingSpec& spec, const DatasetShape& shape, const DatasetShape* validation) {
  std::vector<Fault> faults = Validate(spec);
  if (faults.empty()) faults = ValidateFor(spec, shape, validation);
  if (faults.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(faults.front().field, ": ", faults.front().description));
}

}  // namespace traind::engine
