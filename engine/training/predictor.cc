#include "engine/training/predictor.h"

#include <algorithm>
#include <new>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/aligned_buffer.h"
#include "engine/core/threads.h"
#include "engine/training/lowering.h"
#include "engine/training/named_weights.h"
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
  explicit CompiledPredictor(Stack network)
      : network_(std::move(network)),
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

  absl::Status Predict(std::span<const float> rows, std::span<float> answers) override {
    const auto inputs = static_cast<std::size_t>(network_.inputs());
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
      const auto padding = std::ranges::copy(rows.subspan(done * inputs, now * inputs), input_.data()).out;
      std::fill(padding, input_.data() + input_.size(), 0.0f);
      if (absl::Status status = program_.Forward(); !status.ok()) return status;
      std::copy_n(program_.outputs(), now * width, answers.begin() + static_cast<std::ptrdiff_t>(done * width));
    }
    return absl::OkStatus();
  }

 private:
  const Stack network_;
  Weights weights_;
  AlignedBuffer input_;
  Activations activations_;
  OpContext context_;
  Program program_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Predictor>> Predictor::Create(const ModelSpec& model, int64_t features,
                                                             const std::vector<NamedTensor>& weights) {
  if (const auto faults = ValidateModel(model); !faults.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(faults.front().field, ": ", faults.front().description));
  }
  if (features < 1 || CountParameters(model, features) > kMaxParameters) {
    return absl::InvalidArgumentError(absl::StrCat("rows of ", features,
                                                   " numbers: a model takes at least 1 and at most what gives it ",
                                                   kMaxParameters, " parameters"));
  }
  if (const auto faults = ValidatePlaces(model, features); !faults.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(faults.front().field, ": ", faults.front().description));
  }
  try {
    const ScopedThreads threads(kThreads);
    auto network = LowerModel(model, features, kRows, OutputActivation::kNone);
    if (!network.ok()) return network.status();
    auto predictor = std::make_unique<CompiledPredictor>(*std::move(network));
    if (absl::Status status = predictor->Compile(weights); !status.ok()) return status;
    return predictor;
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("not enough memory for the model");
  }
}

}  // namespace traind::engine
