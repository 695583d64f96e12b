#include "engine/training/predictor.h"

#include <algorithm>
#include <new>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/aligned_buffer.h"
#include "engine/core/threads.h"
#include "engine/training/fitted_tensors.h"
#include "engine/training/lowering.h"
#include "engine/training/named_weights.h"
#include "engine/training/preprocessed_model.h"
#include "engine/training/program.h"
#include "engine/training/validate.h"

namespace traind::engine {
namespace {

// Rows that are computed at a time; fewer are padded with zeros, which every layer takes.
constexpr int64_t kRows = 64;

// Predictions are made on the thread of a request: they start no others.
constexpr int kThreads = 1;

class CompiledPredictor final : public Predictor {
 public:
  CompiledPredictor(Preprocessor preprocessor, int64_t features, Stack network)
      : preprocessor_(std::move(preprocessor)),
        features_(features),
        network_(std::move(network)),
        weights_(network_.weights(), /*with_gradients=*/false),
        input_(kRows * network_.inputs()),
        activations_(network_, kRows, /*with_gradients=*/false) {}

  absl::Status Compile(const std::vector<NamedTensor>& weights) {
    if (absl::Status status = ImportNamedWeights(weights, weights_); !status.ok()) return status;
    auto program = Program::Compile({.context = context_,
                                     .network = network_,
                                     .weights = weights_,
                                     .activations = activations_,
                                     .input = input_.data()},
                                    kRows, Program::Mode::kInference);
    if (!program.ok()) return program.status();
    program_ = *std::move(program);
    return absl::OkStatus();
  }

  int64_t outputs() const override { return network_.outputs(); }
  bool takes_missing() const override { return preprocessor_.plan().changes_rows(); }

  absl::Status Predict(std::span<const float> rows, std::span<float> answers) override {
    const auto inputs = static_cast<std::size_t>(features_);
    const auto width = static_cast<std::size_t>(network_.outputs());
    const std::size_t count = rows.size() / inputs;
    if (rows.size() % inputs != 0 || answers.size() != count * width) {
      return absl::InvalidArgumentError(absl::StrCat("rows of ", inputs, " numbers and answers of ", width,
                                                     " were expected; got ", rows.size(), " and ", answers.size(),
                                                     " numbers"));
    }
    const ScopedThreads threads(kThreads);
    for (std::size_t done = 0; done < count; done += kRows) {
      const std::size_t now = std::min<std::size_t>(kRows, count - done);
      float* const padding = Prepare(rows.subspan(done * inputs, now * inputs));
      std::fill(padding, input_.data() + input_.size(), 0.0f);
      if (absl::Status status = program_.Forward(); !status.ok()) return status;
      std::copy_n(program_.outputs(), now * width, answers.begin() + static_cast<std::ptrdiff_t>(done * width));
    }
    preprocessor_.RestoreTargets(answers);
    return absl::OkStatus();
  }

 private:
  // Puts some rows before the network; returns the end of them.
  float* Prepare(std::span<const float> rows) {
    float* to = input_.data();
    if (!preprocessor_.plan().changes_rows()) return std::ranges::copy(rows, to).out;
    for (; !rows.empty(); rows = rows.subspan(features_), to += network_.inputs()) {
      preprocessor_.Apply(rows.data(), nullptr, to);
    }
    return to;
  }

  const Preprocessor preprocessor_;
  const int64_t features_;  // of a row that is asked for
  const Stack network_;
  Weights weights_;
  AlignedBuffer input_;
  Activations activations_;
  OpContext context_;
  Program program_;
};

// `model` is the network behind the preprocessing, `features` are those before it.
absl::StatusOr<std::unique_ptr<Predictor>> CompilePredictor(const ModelSpec& model, Preprocessor preprocessor,
                                                            int64_t features, const std::vector<NamedTensor>& weights) {
  const int64_t inputs = preprocessor.plan().width;
  if (const auto faults = ValidateModel(model); !faults.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(faults.front().field, ": ", faults.front().description));
  }
  if (inputs < 1 || CountParameters(model, inputs) > kMaxParameters) {
    return absl::InvalidArgumentError(absl::StrCat("rows of ", inputs,
                                                   " numbers: a model takes at least 1 and at most what gives it ",
                                                   kMaxParameters, " parameters"));
  }
  if (const auto faults = ValidatePlaces(model, inputs); !faults.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(faults.front().field, ": ", faults.front().description));
  }
  try {
    const ScopedThreads threads(kThreads);
    auto network = LowerModel(model, inputs, kRows, OutputActivation::kNone);
    if (!network.ok()) return network.status();
    auto predictor = std::make_unique<CompiledPredictor>(std::move(preprocessor), features, *std::move(network));
    if (absl::Status status = predictor->Compile(weights); !status.ok()) return status;
    return predictor;
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("not enough memory for the model");
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Predictor>> Predictor::Create(const ModelSpec& model, int64_t features,
                                                             const std::vector<NamedTensor>& weights) {
  auto nothing = Preprocessor::Make({.width = features}, /*targets=*/1, {});
  if (!nothing.ok()) return nothing.status();
  return CompilePredictor(model, *std::move(nothing), features, weights);
}

absl::StatusOr<std::unique_ptr<Predictor>> Predictor::Create(const TrainingSpec& spec, const DatasetShape& shape,
                                                             std::vector<NamedTensor> weights) {
  FittedPreprocessing fitted = TakeFitted(weights);
  auto preprocessor =
      Preprocessor::Make(PlanPreprocessing(spec.preprocessing, shape), shape.targets, std::move(fitted));
  if (!preprocessor.ok()) return preprocessor.status();
  const ModelSpec model = WithPreprocessing(spec.model, preprocessor->plan());
  return CompilePredictor(model, *std::move(preprocessor), shape.features, weights);
}

}  // namespace traind::engine
