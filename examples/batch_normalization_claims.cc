// Puts the claims made for batch normalization (Ioffe and Szegedy 2015) to the test on handwritten digits: trains the
// same network with and without it over learning rates, initializer scales and depths, draws what came out as SVG
// pictures and prints the figures as Markdown tables. docs/batch-normalization.md shows and discusses them.
//
// usage: batch_normalization_claims DIGITS_CSV FOLDER [--short]    (--short: few settings, to see that it works)
#include <cstdio>
#include <exception>
#include <fstream>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "examples/digits_laboratory.h"
#include "examples/line_chart.h"

namespace {

// How much is tried.
struct Plan {
  std::vector<double> learning_rates = {1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3};
  std::vector<double> gains = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10};
  std::vector<double> depths = {2, 4, 6, 8, 12, 16, 20};
  std::vector<double> tuned = {0.003, 0.01, 0.03, 0.1, 0.3};  // where the best learning rate is looked for
  int64_t epochs = 20;
  uint64_t seeds = 5;
};

Plan ShortPlan() {
  return {.learning_rates = {1e-4, 0.1, 3},
          .gains = {0.01, 1, 10},
          .depths = {2, 20},
          .tuned = {0.03, 0.1},
          .epochs = 3,
          .seeds = 2};
}

using Values = std::vector<std::optional<Measurement>>;

// Results with and without batch normalization at each x.
struct Sweep {
  Sweep(const std::vector<double>& at, const std::function<Result(bool normalized, double x)>& run) : xs(at) {
    for (const double x : xs) {
      with.push_back(run(true, x));
      without.push_back(run(false, x));
    }
  }

  const std::vector<double>& xs;
  std::vector<Result> with, without;
};

Values Accuracies(const std::vector<Result>& results) {
  Values values;
  for (const Result& result : results) values.emplace_back(result.accuracy);
  return values;
}

Values Steps(const std::vector<Result>& results) {
  Values values;
  for (const Result& result : results) values.push_back(result.steps_to_goal);
  return values;
}

std::vector<Series> Pair(Values with, Values without, const std::string& suffix = "", bool dashed = false) {
  return {{"with batch normalization" + suffix, Series::Color::kBlue, dashed, std::move(with)},
          {"without" + suffix, Series::Color::kOrange, dashed, std::move(without)}};
}

std::string Cell(const std::optional<Measurement>& value) {
  if (!value) return " not reached |";
  if (value->most > 1) return absl::StrFormat(" %.0f (%.0f to %.0f) |", value->mean, value->least, value->most);
  return absl::StrFormat(" %.3f (%.3f to %.3f) |", value->mean, value->least, value->most);
}

void PrintTable(const Chart& chart) {
  std::string names = absl::StrCat("| ", chart.x.title, " |"), rule = "|---:|";
  for (const Series& series : chart.series) {
    absl::StrAppend(&names, " ", series.name, " |");
    rule += "---:|";
  }
  std::printf("%s: %s\n\n%s\n%s\n", chart.title.c_str(), chart.y.title.c_str(), names.c_str(), rule.c_str());
  for (std::size_t i = 0; i < chart.xs.size(); ++i) {
    std::string row = absl::StrFormat("| %g |", chart.xs[i]);
    for (const Series& series : chart.series) row += Cell(series.at[i]);
    std::printf("%s\n", row.c_str());
  }
  std::printf("\n");
  std::fflush(stdout);
}

void Publish(const Chart& chart, const std::string& path) {
  std::ofstream file(path);
  file << DrawSvg(chart);
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
  PrintTable(chart);
}

const Axis kAccuracy = {.title = "accuracy on held-out digits", .ticks = {0, 0.2, 0.4, 0.6, 0.8, 1}};
const Axis kHighAccuracy = {.title = kAccuracy.title, .ticks = {0.8, 0.85, 0.9, 0.95, 1}};
const Axis kSteps = {.title = "steps until 95% are right", .logarithmic = true, .ticks = {30, 100, 300, 1000}};
const Axis kLearningRate = {
    .title = "learning rate (log scale)", .logarithmic = true, .ticks = {1e-4, 1e-3, 0.01, 0.1, 1, 3}};
const Axis kGain = {
    .title = "factor on He's initial weights (log scale)", .logarithmic = true, .ticks = {0.01, 0.1, 1, 10}};
const Axis kDepth = {.title = "hidden layers", .ticks = {2, 4, 6, 8, 12, 16, 20}};

void Run(const DigitsLaboratory& laboratory, const Plan& plan, const std::string& folder) {
  const std::string runs =
      absl::StrFormat("Mean of %d seeds, band: least to most; %d epochs of SGD", plan.seeds, plan.epochs);
  const std::string not_reached = "; cross: not by every seed";

  const Sweep rates(plan.learning_rates, [&](bool normalized, double rate) {
    return laboratory.Try({.normalized = normalized, .learning_rate = rate});
  });
  Publish({"Accuracy by learning rate", runs + "; 5 hidden layers of 64", kLearningRate, kAccuracy, rates.xs,
           Pair(Accuracies(rates.with), Accuracies(rates.without))},
          folder + "/learning-rate.svg");
  Publish({"Speed by learning rate", runs + not_reached, kLearningRate, kSteps, rates.xs,
           Pair(Steps(rates.with), Steps(rates.without))},
          folder + "/speed.svg");

  const Sweep gains(plan.gains, [&](bool normalized, double gain) {
    return laboratory.Try({.normalized = normalized, .gain = gain});
  });
  const Sweep tuned_gains(plan.gains, [&](bool normalized, double gain) {
    return laboratory.TryTuned({.normalized = normalized, .gain = gain}, plan.tuned);
  });
  Chart by_gain = {"Accuracy by scale of the initial weights",
                   runs + "; 5 hidden layers of 64",
                   kGain,
                   kAccuracy,
                   gains.xs,
                   Pair(Accuracies(gains.with), Accuracies(gains.without), ", rate 0.03")};
  for (Series& series : Pair(Accuracies(tuned_gains.with), Accuracies(tuned_gains.without), ", best rate", true)) {
    by_gain.series.push_back(std::move(series));
  }
  Publish(by_gain, folder + "/initialization.svg");

  const Sweep depths(plan.depths, [&](bool normalized, double depth) {
    return laboratory.TryTuned({.normalized = normalized, .depth = depth}, plan.tuned);
  });
  Publish({"Accuracy by depth", runs + " at the best rate", kDepth, kHighAccuracy, depths.xs,
           Pair(Accuracies(depths.with), Accuracies(depths.without))},
          folder + "/depth.svg");
  Publish({"Speed by depth", runs + " at the best rate" + not_reached, kDepth, kSteps, depths.xs,
           Pair(Steps(depths.with), Steps(depths.without))},
          folder + "/depth-speed.svg");
}

}  // namespace

int main(int argc, char** argv) {
  const bool is_short = argc == 4 && std::string_view(argv[3]) == "--short";
  if (argc != 3 && !is_short) {
    std::fprintf(stderr, "usage: %s DIGITS_CSV FOLDER [--short]\n", argv[0]);
    return 2;
  }
  try {
    const Plan plan = is_short ? ShortPlan() : Plan();
    Run(DigitsLaboratory(argv[1], plan.epochs, plan.seeds), plan, argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
