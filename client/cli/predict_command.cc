#include "client/cli/predict_command.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/cli/errors.h"
#include "client/cli/feature_rows.h"
#include "client/cli/output.h"
#include "client/cli/resource_name.h"
#include "client/cli/table.h"

namespace traind::client {
namespace {

constexpr char kGroup[] = "model";
constexpr size_t kBytesPerRequest = 2 << 20;
constexpr size_t kRowsPerRequest = 10'000;
// Of a predicted number and what stands behind it: `-1.23457e-05, `.
constexpr size_t kNumberWidth = 14;

struct Options {
  std::string name;
  std::string csv;
  int held_out = 0;
};

std::string Join(const google::protobuf::RepeatedField<float>& values) {
  return absl::StrJoin(values, ", ", [](std::string* out, float value) { absl::StrAppend(out, value); });
}

// Writes predictions as they come; a file may have more rows than fit in memory.
class PredictionPrinter {
 public:
  PredictionPrinter(const Session& session, const v1::Model& model, bool with_labels)
      : json_(session.output == OutputFormat::kJson),
        with_labels_(with_labels),
        is_regression_(model.task() == v1::Dataset::REGRESSION) {
    for (const std::string& name : model.class_names()) width_ = std::max(width_, DisplayWidth(Printable(name)));
    if (is_regression_) width_ = std::max(width_, kNumberWidth * model.target_names_size());
    if (!json_) Line("ROW", "PREDICTED", "PROBABILITY", "LABEL", "");
  }

  // `row` is the number of a prediction that does not carry one itself.
  void Print(const v1::PredictResponse::Prediction& prediction, int64_t row) {
    if (json_) return PrintJsonLine(std::cout, prediction);
    if (is_regression_) {
      Line(absl::StrCat(prediction.has_dataset_row() ? prediction.dataset_row() : row), Join(prediction.values()), "",
           Join(prediction.targets()), "");
      return;
    }
    int index = prediction.class_index();
    bool known = index >= 0 && index < prediction.probabilities_size();
    Line(absl::StrCat(prediction.has_dataset_row() ? prediction.dataset_row() : row), prediction.class_name(),
         known ? absl::StrFormat("%.4f", prediction.probabilities(index)) : "", prediction.label(),
         with_labels_ && prediction.label() != prediction.class_name() ? "wrong" : "");
  }

 private:
  void Line(const std::string& row, const std::string& predicted, const std::string& probability,
            const std::string& label, const std::string& remark) {
    std::string line = absl::StrCat(Pad(row, 7, true), "  ", Pad(Printable(predicted), width_));
    if (!is_regression_) absl::StrAppend(&line, "  ", Pad(probability, 11, true));
    if (with_labels_) absl::StrAppend(&line, "  ", Pad(Printable(label), width_), "  ", remark);
    line.erase(line.find_last_not_of(' ') + 1);
    std::cout << line << "\n";
  }

  const bool json_;
  const bool with_labels_;
  const bool is_regression_;
  size_t width_ = 9;
};

int PredictFile(const Session& session, const Client& client, const v1::Model& model, const std::string& csv) {
  std::vector<std::string> features(model.feature_names().begin(), model.feature_names().end());
  // 4 bytes a value and a few a row.
  // Only the server knows what its texts stand for.
  const bool as_texts = model.spec().has_preprocessing() ||
                        std::any_of(model.columns().begin(), model.columns().end(), [](const v1::Column& column) {
                          return column.kind() == v1::Column::CATEGORICAL || column.statistics().missing() > 0;
                        });
  size_t batch_rows = std::clamp<size_t>(kBytesPerRequest / (4 * features.size() + 16), 1, kRowsPerRequest);
  std::optional<PredictionPrinter> printer;
  int64_t row = 0;
  absl::Status status = ReadFeatureRows(csv, features, as_texts, batch_rows, [&](v1::PredictRequest request) {
    request.set_name(model.name());
    absl::StatusOr<v1::PredictResponse> response = client.Predict(request);
    if (!response.ok()) {
      if (row > 0) std::cerr << "trainctl: the rows below are counted from row " << row << " of the file\n";
      return response.status();
    }
    if (!printer) printer.emplace(session, model, false);
    for (const auto& prediction : response->predictions()) printer->Print(prediction, row++);
    return absl::OkStatus();
  });
  // What is not found is the file.
  if (!status.ok()) return Fail(session, absl::StrCat("predict ", csv, " with ", model.name()), "", status);
  return kSuccess;
}

int PredictHeldOut(const Session& session, const Client& client, const v1::Model& model, int limit) {
  v1::PredictRequest request;
  request.set_name(model.name());
  request.mutable_held_out_rows()->set_limit(limit);
  absl::StatusOr<v1::PredictResponse> response = client.Predict(request);
  if (!response.ok()) {
    return Fail(session, "predict the held-out rows of " + model.name(), kGroup, response.status());
  }
  PredictionPrinter printer(session, model, true);
  int right = 0;
  for (const auto& prediction : response->predictions()) {
    printer.Print(prediction, 0);
    if (prediction.class_name() == prediction.label()) ++right;
  }
  int rows = response->predictions_size();
  if (session.output == OutputFormat::kTable && rows > 0 && model.task() == v1::Dataset::REGRESSION) {
    double sum = 0;
    int64_t values = 0;
    for (const auto& prediction : response->predictions()) {
      for (int i = 0; i < prediction.values_size() && i < prediction.targets_size(); ++i, ++values) {
        sum += std::abs(static_cast<double>(prediction.values(i)) - prediction.targets(i));
      }
    }
    std::cout << absl::StrFormat("mean absolute error %.6g (%d rows)\n", sum / static_cast<double>(values), rows);
  } else if (session.output == OutputFormat::kTable && rows > 0) {
    std::cout << absl::StrFormat("accuracy %.4f (%d of %d rows)\n", static_cast<double>(right) / rows, right, rows);
  }
  return kSuccess;
}

int Predict(const Session& session, const Options& options) {
  Client client = session.Connect();
  absl::StatusOr<v1::Model> model = client.GetModel(options.name);
  if (!model.ok()) return Fail(session, "predict with " + options.name, kGroup, model.status());
  return options.csv.empty() ? PredictHeldOut(session, client, *model, options.held_out)
                             : PredictFile(session, client, *model, options.csv);
}

}  // namespace

void AddPredictCommand(CLI::App& group, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* predict = group.add_subcommand("predict", "Run rows through a model");
  predict->add_option("NAME", options->name, "NAME or models/NAME")->required()->transform(ResourceName("models"));
  CLI::Option_group* input = predict->add_option_group("Input", "What to predict");
  input->add_option("--csv", options->csv, "A file with a column for every feature; others, as the label, are ignored")
      ->type_name("FILE");
  input
      ->add_option("--held-out", options->held_out,
                   "The first N rows held out of training, or of the validation dataset, with their labels")
      ->check(CLI::Range(1, 100'000).description(""))
      ->type_name("N");
  input->require_option(1);
  predict->footer(
      "\nRows are numbered from 0.\n\nExamples:\n  trainctl model predict first --held-out 5\n"
      "  trainctl model predict first --csv examples/digits.csv -o json");
  predict->callback([&session, options] { session.run = [&session, options] { return Predict(session, *options); }; });
}

}  // namespace traind::client
