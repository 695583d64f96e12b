// Writes models as ONNX files, each with rows and what Predictor makes of them, for onnx_runtime.js to compare.
#include <cmath>
#include <fstream>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/formats/safetensors.h"
#include "engine/training/predictor.h"
#include "engine/training/trainer.h"
#include "server/datasets/stored_dataset.h"
#include "server/onnx/model_to_onnx.h"

namespace traind {
namespace {

using engine::ActivationFunction;
using engine::ActivationSpec;
using engine::BatchNormalizationSpec;
using engine::CategoryEncoding;
using engine::DenseSpec;
using engine::LayerSpec;

const float kMissing = std::nanf("");

// A table of two numbers, of which the first may be missing, and two categories, of which the second may.
struct Table {
  static constexpr int64_t kRows = 60;
  static constexpr int64_t kFeatures = 4;

  std::vector<Column> columns = {
      {.name = "age"},
      {.name = "dense_1"},  // as a layer is called
      {.name = "city", .kind = ColumnKind::kCategorical, .categories = {"", "Łódź", "東京"}},
      {.name = "plan", .kind = ColumnKind::kCategorical, .categories = {"a", "b", "c", "d"}}};
  std::vector<float> features;
  std::vector<float> targets;
  std::vector<int32_t> classes;
  int64_t class_count;

  // Without `texts`: all four are numbers, and none is missing unless `missing`.
  Table(bool texts, bool missing, int64_t classes_wanted) : class_count(classes_wanted) {
    columns[2].categories = {"Oslo", "Łódź", "東京"};
    if (missing) {
      columns[0].statistics.missing = 1;
      if (texts) columns[3].statistics.missing = 1;
    }
    if (!texts) {
      columns[2] = {.name = "x"};
      columns[3] = {.name = "y"};
    }
    for (int64_t row = 0; row < kRows; ++row) {
      const float number = static_cast<float>(row * 37 % 11) - 4.0f;
      features.push_back(missing && row % 7 == 3 ? kMissing : 100 + 10 * number);
      features.push_back(static_cast<float>(row * 13 % 17) / 10);
      features.push_back(static_cast<float>(row % 3));
      features.push_back(texts && missing && row % 8 == 5 ? kMissing : static_cast<float>(row % 2 + row % 3));
      targets.push_back(1000 + number);
      targets.push_back(number * number);
      classes.push_back(static_cast<int32_t>((row + row % 3) % std::max<int64_t>(class_count, 1)));
    }
  }

  engine::DatasetView View() const {
    engine::DatasetView view;
    view.shape = {.rows = kRows,
                  .features = kFeatures,
                  .classes = class_count,
                  .targets = class_count > 0 ? 1 : 2,
                  .columns = ColumnShapes(columns, {"age", "dense_1", "x", "y"})};
    view.features = features.data();
    if (class_count > 0) {
      view.classes = classes.data();
    } else {
      view.targets = targets.data();
    }
    return view;
  }
};

struct Case {
  std::string name;
  engine::TrainingSpec spec;
  Table table;
  bool fold = false;
};

engine::TrainingSpec Spec(std::vector<LayerSpec> layers, engine::LossSpec loss) {
  engine::TrainingSpec spec;
  spec.model.layers = std::move(layers);
  spec.loss = std::move(loss);
  spec.optimizer.kind = engine::AdamSpec{.learning_rate = 0.05};
  spec.epochs = 5;
  spec.batch_size = 10;
  return spec;
}

// A classifier with `layers` between its first and its last.
engine::TrainingSpec Around(std::vector<LayerSpec> layers) {
  layers.insert(layers.begin(), {"", DenseSpec{.units = 8}});
  layers.push_back({"", DenseSpec{.units = 3}});
  layers.push_back({"", ActivationSpec{ActivationFunction::kSoftmax}});
  return Spec(std::move(layers), engine::CategoricalCrossentropySpec{});
}

std::vector<Case> Cases() {
  const Table numbers(false, false, 3);
  std::vector<Case> cases;
  for (const auto& [function, name] : NamesOf(ActivationFunction())) {
    cases.push_back({absl::StrCat("activation_", name), Around({{"", ActivationSpec{function}}}), numbers});
  }
  for (const bool scale : {true, false}) {
    for (const bool fold : {true, false}) {
      const LayerSpec norm = {"", BatchNormalizationSpec{.momentum = 0.5, .center = scale, .scale = scale}};
      cases.push_back({absl::StrCat("batch_normalization_", scale, fold), Around({norm}), numbers, fold});
      cases.push_back({absl::StrCat("no_bias_", scale, fold),
                       Around({{"", DenseSpec{.units = 5, .use_bias = false}}, norm}), numbers, fold});
    }
    cases.push_back({absl::StrCat("layer_normalization_", scale),
                     Around({{"", engine::LayerNormalizationSpec{.center = scale, .scale = scale}}}), numbers});
  }
  cases.push_back({"only_in_training",
                   Around({{"", engine::DropoutSpec{.rate = 0.5}}, {"", engine::GaussianNoiseSpec{.stddev = 1}}}),
                   numbers});
  const LayerSpec inner = {"", engine::ResidualSpec{{{"", DenseSpec{.units = 8}}}}};
  cases.push_back(
      {"residual",
       Around({{"", engine::ResidualSpec{{inner, {"", BatchNormalizationSpec{}}, {"", ActivationSpec{}}}}}}), numbers,
       true});
  engine::TrainingSpec embedding = Around({});
  embedding.model.layers.insert(
      embedding.model.layers.begin(),
      {"", engine::EmbeddingSpec{.columns = {{.column = 3, .input_dim = 4, .output_dim = 3},
                                             {.column = 2, .input_dim = 3, .output_dim = 2}}}});
  cases.push_back({"embedding", embedding, numbers});

  for (const auto& [scaling, name] : NamesOf(engine::Scaling())) {
    for (const auto& [strategy, how] : NamesOf(engine::ImputationStrategy())) {
      engine::TrainingSpec spec = Around({});
      spec.preprocessing.numeric = {
          .scaling = scaling,
          .imputation =
              engine::ImputationSpec{.strategy = strategy, .value = 7, .indicator = scaling != engine::Scaling::kNone}};
      cases.push_back({absl::StrCat("numbers_", name, "_", how), spec, Table(false, true, 3)});
    }
  }
  for (const auto& [encoding, name] : NamesOf(CategoryEncoding())) {
    for (const auto& [missing, how] : NamesOf(engine::MissingCategory())) {
      engine::TrainingSpec spec = Around({});
      spec.preprocessing.categorical = {.encoding = encoding, .missing = missing};
      cases.push_back({absl::StrCat("texts_", name, "_", how), spec, Table(true, true, 3)});
    }
  }
  cases.push_back({"texts_none_missing", Around({}), Table(true, false, 3)});

  engine::TrainingSpec binary = Spec({{"", DenseSpec{.units = 1}}, {"", ActivationSpec{ActivationFunction::kSigmoid}}},
                                     engine::BinaryCrossentropySpec{});
  cases.push_back({"binary", binary, Table(true, true, 2)});
  cases.push_back({"hinge", Spec({{"", DenseSpec{.units = 1}}}, engine::HingeSpec{}), Table(false, true, 2)});
  engine::TrainingSpec targets = Spec({{"", DenseSpec{.units = 2}}}, engine::MeanSquaredErrorSpec{});
  cases.push_back({"regression", targets, numbers});
  cases.back().table = Table(false, false, 0);
  targets.preprocessing.standardize_targets = true;
  cases.push_back({"standardized_targets", targets, Table(true, true, 0)});
  return cases;
}

class Silent final : public engine::TrainingObserver {
 public:
  void OnStep(const engine::TrainingProgress& /*progress*/, double /*loss*/) override {}
  void OnEpoch(const engine::TrainingProgress& /*progress*/, const engine::MetricValues& /*metrics*/) override {}
};

absl::StatusOr<std::string> Train(const engine::TrainingSpec& spec, const Table& table) {
  auto trainer = engine::Trainer::Create(spec, table.View(), 1);
  if (!trainer.ok()) return trainer.status();
  Silent silent;
  if (auto outcome = (*trainer)->Run(silent, {}); !outcome.ok()) return outcome.status();
  std::string file;
  const absl::Status written = (*trainer)->WriteWeights([&](std::string_view bytes) {
    file += bytes;
    return absl::OkStatus();
  });
  if (!written.ok()) return written;
  return file;
}

nlohmann::json Json(float number) { return std::isnan(number) ? nlohmann::json() : nlohmann::json(number); }

// The rows as the ONNX file takes them; the last has a category that nobody has seen.
nlohmann::json Inputs(const Table& table, const std::vector<float>& rows) {
  const auto count = static_cast<int64_t>(rows.size()) / Table::kFeatures;
  const bool texts = table.columns[2].kind == ColumnKind::kCategorical;
  nlohmann::json inputs;
  if (!texts) {
    nlohmann::json values;
    for (const float number : rows) values.push_back(Json(number));
    inputs["features"] = {{"type", "float32"}, {"dims", {count, Table::kFeatures}}, {"values", values}};
    return inputs;
  }
  for (int64_t i = 0; i < Table::kFeatures; ++i) {
    const Column& column = table.columns[i];
    nlohmann::json values;
    for (int64_t row = 0; row < count; ++row) {
      const float number = rows[row * Table::kFeatures + i];
      if (column.kind == ColumnKind::kNumeric) {
        values.push_back(Json(number));
      } else if (std::isnan(number)) {
        values.push_back("");
      } else {
        values.push_back(number < 0 ? "not seen" : column.categories[static_cast<size_t>(number)]);
      }
    }
    inputs[column.name] = {
        {"type", column.kind == ColumnKind::kNumeric ? "float32" : "string"}, {"dims", {count, 1}}, {"values", values}};
  }
  return inputs;
}

absl::Status Write(const Case& one, const std::string& folder) {
  const absl::StatusOr<std::string> file = Train(one.spec, one.table);
  if (!file.ok()) return file.status();
  const auto tensors = engine::ParseSafetensors(*file);
  if (!tensors.ok()) return tensors.status();
  ModelRecord model;
  model.id = one.name;
  model.task = one.table.class_count > 0 ? Task::kClassification : Task::kRegression;
  model.columns = one.table.columns;
  for (const Column& column : model.columns) model.feature_names.push_back(column.name);
  for (int64_t i = 0; i < one.table.class_count; ++i) model.class_names.push_back(absl::StrCat("class ", i));
  if (model.class_names.empty()) model.target_names = {"t", "u"};
  const auto onnx = ModelToOnnx(model, one.spec, *tensors, one.fold);
  if (!onnx.ok()) return onnx.status();
  std::ofstream(absl::StrCat(folder, "/", one.name, ".onnx"), std::ios::binary) << *onnx;

  std::vector<float> rows = one.table.features;
  if (model.columns[2].kind == ColumnKind::kCategorical) rows[rows.size() - 2] = -1;
  auto predictor = engine::Predictor::Create(one.spec, one.table.View().shape, *tensors);
  if (!predictor.ok()) return predictor.status();
  std::vector<float> answers(Table::kRows * (*predictor)->outputs());
  if (absl::Status status = (*predictor)->Predict(rows, answers); !status.ok()) return status;
  nlohmann::json expected;
  for (const float number : answers) {
    if (one.name == "binary") expected.push_back(1 - number);
    expected.push_back(number);
  }
  std::ofstream(absl::StrCat(folder, "/", one.name, ".json"))
      << nlohmann::json{{"inputs", Inputs(one.table, rows)}, {"expected", expected}};
  return absl::OkStatus();
}

}  // namespace
}  // namespace traind

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: onnx_cases FOLDER\n";
    return 2;
  }
  for (const traind::Case& one : traind::Cases()) {
    if (const absl::Status status = traind::Write(one, argv[1]); !status.ok()) {
      std::cerr << one.name << ": " << status << "\n";
      return 1;
    }
  }
  return 0;
}
