// A run that is saved, given up and gone on with by another trainer ends with the same bits as one that was left alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "engine/formats/checkpoint.h"
#include "engine/formats/safetensors.h"
#include "engine/training/precision_choice.h"
#include "tests/engine/training/small_network.h"

namespace traind::engine {
namespace {

using End = TrainingOutcome::End;

constexpr char kIdentity[] = "this training";

std::string Save(Trainer& trainer) {
  std::string bytes;
  const absl::Status saved = trainer.SaveState(kIdentity, [&](std::string_view piece) {
    bytes += piece;
    return absl::OkStatus();
  });
  EXPECT_TRUE(saved.ok()) << saved;
  return bytes;
}

// What a run tells, and calls back at each step and epoch.
struct Story final : TrainingObserver {
  void OnStep(const TrainingProgress& progress, double loss) override {
    steps.emplace_back(progress.step, progress.samples, loss, progress.mean_loss);
    if (on_step) on_step(progress);
  }
  void OnEpoch(const TrainingProgress& progress, const MetricValues& metrics) override {
    epochs.emplace_back(progress.epoch, metrics);
    if (on_epoch) on_epoch(progress);
  }

  std::vector<std::tuple<int64_t, int64_t, double, double>> steps;
  std::vector<std::pair<int64_t, MetricValues>> epochs;
  std::function<void(const TrainingProgress&)> on_step;
  std::function<void(const TrainingProgress&)> on_epoch;
};

struct Case {
  std::string name;
  TrainingSpec spec;
  DatasetView data;
  int threads = 1;
};

std::unique_ptr<Trainer> Make(const Case& test) {
  auto trainer = Trainer::Create(test.spec, test.data, test.threads);
  EXPECT_TRUE(trainer.ok()) << trainer.status();
  return *std::move(trainer);
}

// A run and all that is to be the same.
struct Told {
  Story story;
  TrainingOutcome outcome;
  std::string weights;
};

Told Finish(Trainer& trainer, Story story) {
  Told told;
  auto outcome = trainer.Run(story, {});
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  if (outcome.ok()) told.outcome = *outcome;
  told.weights = SerializeSafetensors(*trainer.ExportWeights());
  told.story = std::move(story);
  return told;
}

template <typename T>
std::vector<T> Tail(const std::vector<T>& all, std::size_t size) {
  return {all.end() - static_cast<std::ptrdiff_t>(std::min(size, all.size())), all.end()};
}

void ExpectSameEnd(const Told& told, const Told& expected) {
  EXPECT_EQ(told.weights, expected.weights);
  EXPECT_EQ(told.outcome.end, expected.outcome.end);
  EXPECT_EQ(told.outcome.best_epoch, expected.outcome.best_epoch);
  EXPECT_EQ(told.outcome.metrics.values, expected.outcome.metrics.values);
  EXPECT_EQ(told.outcome.metrics.tables, expected.outcome.metrics.tables);
  EXPECT_EQ(told.outcome.progress.step, expected.outcome.progress.step);
  EXPECT_EQ(told.outcome.progress.epoch, expected.outcome.progress.epoch);
  EXPECT_EQ(told.outcome.progress.samples, expected.outcome.progress.samples);
  EXPECT_EQ(told.story.steps, Tail(expected.story.steps, told.story.steps.size()));
  EXPECT_EQ(told.story.epochs, Tail(expected.story.epochs, told.story.epochs.size()));
}

// Goes on from `checkpoint` and compares; `steps` and `epochs` were done and told when it was written.
void ExpectResumes(const Case& test, const std::string& checkpoint, std::size_t steps, std::size_t epochs,
                   const Told& expected) {
  auto trainer = Make(test);
  const auto progress = trainer->RestoreState(kIdentity, checkpoint);
  ASSERT_TRUE(progress.ok()) << progress.status();
  EXPECT_EQ(progress->step, static_cast<int64_t>(steps));
  EXPECT_EQ(progress->epoch, static_cast<int64_t>(epochs));
  const Told told = Finish(*trainer, {});
  ExpectSameEnd(told, expected);
  EXPECT_EQ(told.story.steps.size(), expected.story.steps.size() - steps);
  EXPECT_EQ(told.story.epochs.size(), expected.story.epochs.size() - epochs);
  if (test.spec.profile) {
    int64_t updates = 0;
    for (const int64_t count : (*told.outcome.progress.times)[4].counts) updates += count;
    EXPECT_EQ(updates, told.outcome.progress.step);
  }
}

void ExpectResumesAnywhere(const Case& test) {
  SCOPED_TRACE(test.name);
  auto alone = Make(test);
  const Told expected = Finish(*alone, {});

  struct Saved {
    std::string where;
    std::string bytes;
    std::size_t steps;
    std::size_t epochs;
  };
  std::vector<Saved> all;
  auto saved = Make(test);
  Story story;
  // A few at the begin, then each third: first steps, steps in mid-epoch and the last of epochs are all among them.
  story.on_step = [&](const TrainingProgress& at) {
    if (at.step > 3 && at.step % 3 != 0 && at.step != at.steps) return;
    all.push_back({absl::StrCat("step ", at.step), Save(*saved), static_cast<std::size_t>(at.step),
                   static_cast<std::size_t>(at.epoch)});
  };
  story.on_epoch = [&](const TrainingProgress& at) {
    all.push_back({absl::StrCat("epoch ", at.epoch), Save(*saved), static_cast<std::size_t>(at.step),
                   static_cast<std::size_t>(at.epoch)});
  };
  ExpectSameEnd(Finish(*saved, std::move(story)), expected);  // saving changes nothing
  for (const Saved& checkpoint : all) {
    SCOPED_TRACE(checkpoint.where);
    ExpectResumes(test, checkpoint.bytes, checkpoint.steps, checkpoint.epochs, expected);
    if (testing::Test::HasFailure()) return;
  }
  // What was asked to stop, in each step; that in an epoch's last stops in validation, if there is any.
  for (std::size_t step = 1; step <= expected.story.steps.size(); ++step) {
    SCOPED_TRACE(absl::StrCat("stopped in step ", step));
    auto stopped = Make(test);
    std::stop_source stop;
    Story until;
    until.on_step = [&](const TrainingProgress& at) {
      if (at.step == static_cast<int64_t>(step)) stop.request_stop();
    };
    const auto outcome = stopped->Run(until, stop.get_token());
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    if (outcome->end != End::kStopped) continue;
    ExpectResumes(test, Save(*stopped), until.steps.size(), until.epochs.size(), expected);
    if (testing::Test::HasFailure()) return;
  }
}

class ResumeTest : public testing::Test {
 protected:
  ResumeTest() : rows_(SmallRows(26)), targets_(RandomValues(26, 9)), three_(SmallRows(26)) {
    three_.class_count = 3;
    for (std::size_t i = 0; i < three_.classes.size(); ++i) three_.classes[i] = static_cast<int32_t>(i % 3);
  }

  // 20 rows in 5 batches, 6 held out, 3 epochs.
  Case Classes(const std::string& name) const {
    TrainingSpec spec = SmallSpec();
    spec.validation_split = 0.2;
    spec.seed = 3;
    return {name, spec, rows_.view()};
  }

  Case Regression(const std::string& name) const {
    Case test = Classes(name);
    test.data.shape.classes = 0;
    test.data.classes = nullptr;
    test.data.targets = targets_.data();
    test.spec.model.layers.pop_back();
    std::get<DenseSpec>(test.spec.model.layers.back().kind).units = 1;
    test.spec.loss = MeanSquaredErrorSpec{};
    test.spec.metrics = {Metric::kMae};
    return test;
  }

  const Rows rows_;
  const std::vector<float> targets_;
  Rows three_;
};

template <std::size_t... kIndices>
std::vector<OptimizerKind> AllOptimizers(std::index_sequence<kIndices...>) {
  return {std::variant_alternative_t<kIndices, OptimizerKind>{}...};
}

TEST_F(ResumeTest, EveryOptimizer) {
  auto kinds = AllOptimizers(std::make_index_sequence<std::variant_size_v<OptimizerKind>>());
  kinds.push_back(SgdSpec{.momentum = 0.9});
  kinds.push_back(SgdSpec{.momentum = 0.9, .nesterov = true});
  kinds.push_back(AdamSpec{.amsgrad = true});
  kinds.push_back(RmspropSpec{.momentum = 0.9, .centered = true});
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    Case test = Classes(std::visit([&](const auto& kind) { return absl::StrCat(kind.kName, " ", i); }, kinds[i]));
    test.spec.optimizer.kind = kinds[i];
    ExpectResumesAnywhere(test);
  }
}

TEST_F(ResumeTest, WhatSurroundsTheOptimizer) {
  Case test = Classes("average, decay and clipping");
  test.spec.optimizer.ema_momentum = 0.9;
  test.spec.optimizer.weight_decay = 0.01;
  test.spec.optimizer.global_clipnorm = 0.5;
  std::get<DenseSpec>(test.spec.model.layers[0].kind).kernel_regularizer.l2 = 0.01;
  ExpectResumesAnywhere(test);
  test.name = "accumulation";  // 2 batches, 2 batches, and what is left
  test.spec.gradient_accumulation_steps = 2;
  ExpectResumesAnywhere(test);
}

template <std::size_t... kIndices>
std::vector<ScheduleKind> AllSchedules(std::index_sequence<kIndices...>) {
  return {std::variant_alternative_t<kIndices, ScheduleKind>{}...};
}

TEST_F(ResumeTest, EverySchedule) {
  for (ScheduleKind& kind : AllSchedules(std::make_index_sequence<std::variant_size_v<ScheduleKind>>())) {
    if (auto* step = std::get_if<StepDecaySpec>(&kind)) step->step_size = 4;
    if (auto* restarts = std::get_if<CosineDecayRestartsSpec>(&kind)) restarts->first_decay_steps = 4;
    if (auto* plateau = std::get_if<ReduceOnPlateauSpec>(&kind)) {
      // Whatever the figure does, the rate falls after epochs 2 and 4.
      plateau->patience = 1;
      plateau->min_delta = 100;
      plateau->cooldown = 2;
    }
    for (const int64_t warmup : {0, 6}) {
      Case test = Classes(std::visit([](const auto& schedule) { return schedule.kName; }, kind));
      test.spec.epochs = 5;
      test.spec.optimizer.learning_rate_schedule = {.kind = kind, .warmup_steps = warmup};
      ExpectResumesAnywhere(test);
    }
  }
}

TEST_F(ResumeTest, EveryMetric) {
  Case classes = Classes("metrics of two classes");
  Case three = Classes("metrics of three classes");
  Case targets = Regression("metrics of numbers");
  three.data = three_.view();
  std::get<DenseSpec>(three.spec.model.layers[3].kind).units = 3;
  for (Case* const test : {&classes, &three, &targets}) test->spec.metrics.clear();
  for (const auto& metric : NamesOf(Metric{})) {
    if (NeedsOf(metric.value) == MetricNeeds::kTargets) {
      targets.spec.metrics.push_back(metric.value);
    } else {
      classes.spec.metrics.push_back(metric.value);
      three.spec.metrics.push_back(metric.value);
    }
  }
  for (const Case& test : {classes, three, targets}) ExpectResumesAnywhere(test);
}

TEST_F(ResumeTest, EveryKindOfLayerThatDrawsOrRemembers) {
  Case test = Classes("layers");
  auto& layers = test.spec.model.layers;
  ResidualSpec residual;
  residual.layers = {{"", DenseSpec{.units = 5}}, {"", BatchNormalizationSpec{}}, {"", DropoutSpec{.rate = 0.5}}};
  layers.insert(layers.begin() + 3, {{"", DropoutSpec{.rate = 0.3}},
                                     {"", GaussianNoiseSpec{.stddev = 0.1}},
                                     {"", residual},
                                     {"", LayerNormalizationSpec{}}});
  ExpectResumesAnywhere(test);
}

TEST_F(ResumeTest, Embeddings) {
  std::vector<float> features = rows_.features;
  for (std::size_t row = 0; row < 26; ++row) features[row * 3 + 1] = static_cast<float>(row % 5);
  Case test = Classes("embedding");
  test.data.features = features.data();
  EmbeddingSpec embedding;
  embedding.columns = {{.column = 1, .input_dim = 5, .output_dim = 3}};
  test.spec.model.layers.insert(test.spec.model.layers.begin(), {"", embedding});
  ExpectResumesAnywhere(test);
}

TEST_F(ResumeTest, EarlyStoppingAndKeptWeights) {
  Case test = Classes("early stopping with restored weights");
  test.spec.epochs = 8;
  // A loss that falls is no better.
  test.spec.early_stopping = EarlyStoppingSpec{.patience = 2, .mode = MonitorMode::kMax, .restore_best_weights = true};
  test.spec.metrics = {Metric::kAccuracy, Metric::kConfusionMatrix};
  ExpectResumesAnywhere(test);
  {
    auto trainer = Make(test);
    const Told told = Finish(*trainer, {});
    EXPECT_EQ(told.outcome.end, End::kEarlyStopped) << "the case above has lost its point";
    EXPECT_LT(told.outcome.best_epoch, told.outcome.progress.epoch);
  }
  test.name = "keep best";
  test.spec.early_stopping.reset();
  test.spec.keep_best = KeepBestSpec{.monitor = "val_accuracy"};
  test.spec.optimizer.ema_momentum = 0.5;
  ExpectResumesAnywhere(test);
}

TEST_F(ResumeTest, BudgetsAndProfile) {
  Case test = Classes("steps");
  test.spec.max_steps = 8;
  test.spec.profile = true;
  test.spec.gradient_accumulation_steps = 3;
  ExpectResumesAnywhere(test);
  test.name = "no validation, no shuffle, no metrics";
  test.spec.validation_split = 0;
  test.spec.shuffle = false;
  test.spec.metrics.clear();
  test.spec.max_steps.reset();
  ExpectResumesAnywhere(test);
}

TEST_F(ResumeTest, OnSeveralThreads) {
  const Rows digits = LoadDigits();
  Case test = {"digits on two threads", DigitsSpec(), digits.view(), 2};
  test.data.shape.rows = 100;
  test.spec.epochs = 1;
  test.spec.model.layers.insert(test.spec.model.layers.begin() + 3, {"", DropoutSpec{.rate = 0.2}});
  ExpectResumesAnywhere(test);
}

TEST_F(ResumeTest, Bfloat16) {
  if (!ChoosePrecision(Precision::kBf16Mixed).ok()) GTEST_SKIP() << "this processor has no bfloat16";
  const Rows digits = LoadDigits();
  Case test = {"digits in bfloat16", DigitsSpec(), digits.view(), 1};
  test.data.shape.rows = 100;
  test.spec.epochs = 2;
  test.spec.precision = Precision::kBf16Mixed;
  ExpectResumesAnywhere(test);
}

TEST_F(ResumeTest, TimeGoesOnWhereItStopped) {
  const Case test = Classes("time");
  auto trainer = Make(test);
  std::string checkpoint;
  double seconds = 0;
  Story story;
  story.on_step = [&](const TrainingProgress& at) {
    seconds = at.seconds;
    if (at.step == 4) checkpoint = Save(*trainer);
  };
  const Told told = Finish(*trainer, std::move(story));
  auto resumed = Make(test);
  const auto progress = resumed->RestoreState(kIdentity, checkpoint);
  ASSERT_TRUE(progress.ok()) << progress.status();
  EXPECT_GT(progress->seconds, 0);
  EXPECT_LE(progress->seconds, seconds);
  double first = 0;
  Story after;
  after.on_step = [&](const TrainingProgress& at) { first = first == 0 ? at.seconds : first; };
  Finish(*resumed, std::move(after));
  EXPECT_GT(first, progress->seconds);

  // A budget that was spent before is spent.
  Case bounded = test;
  bounded.spec.max_train_seconds = progress->seconds / 2;
  auto spent = Make(bounded);
  ASSERT_TRUE(spent->RestoreState(kIdentity, checkpoint).ok());
  const Told rest = Finish(*spent, {});
  EXPECT_EQ(rest.outcome.end, End::kTimeBudget);
  EXPECT_TRUE(rest.story.steps.empty());
}

std::string CheckpointOf(const Case& test, int64_t step) {
  auto trainer = Make(test);
  std::string checkpoint;
  Story story;
  story.on_step = [&](const TrainingProgress& at) {
    if (at.step == step) checkpoint = Save(*trainer);
  };
  Finish(*trainer, std::move(story));
  return checkpoint;
}

TEST_F(ResumeTest, WeightsAreSavedRowMajorUnderTheirNames) {
  const Case test = Classes("names");
  std::string checkpoint;
  auto trainer = Make(test);
  Story story;
  std::vector<NamedTensor> weights;
  story.on_step = [&](const TrainingProgress& at) {
    if (at.step != 3) return;
    checkpoint = Save(*trainer);
    weights = *trainer->ExportWeights();
  };
  Finish(*trainer, std::move(story));
  const auto sections = ParseCheckpoint(checkpoint);
  ASSERT_TRUE(sections.ok());
  for (const NamedTensor& weight : weights) {
    int found = 0;
    for (const CheckpointSection& section : *sections) {
      if (section.name != "weights/" + weight.name) continue;
      ++found;
      ASSERT_EQ(section.contents.size(), weight.values.size() * sizeof(float));
      EXPECT_EQ(std::memcmp(section.contents.data(), weight.values.data(), section.contents.size()), 0) << weight.name;
    }
    EXPECT_EQ(found, 1) << weight.name;
  }
}

TEST_F(ResumeTest, AStateOfAnotherTrainingIsRefused) {
  const Case test = Classes("one");
  const std::string checkpoint = CheckpointOf(test, 3);
  EXPECT_TRUE(absl::IsInvalidArgument(Make(test)->RestoreState("another training", checkpoint).status()));
  std::vector<Case> others(7, test);
  others[0].spec.batch_size = 5;
  others[1].spec.epochs = 2;
  others[2].spec.validation_split = 0.3;
  others[3].spec.optimizer.kind = SgdSpec{};
  std::get<DenseSpec>(others[4].spec.model.layers[0].kind).units = 6;
  others[5].spec.metrics = {Metric::kRocAuc};
  others[6].data.shape.rows = 25;
  for (std::size_t i = 0; i < others.size(); ++i) {
    const auto restored = Make(others[i])->RestoreState(kIdentity, checkpoint);
    EXPECT_TRUE(absl::IsInvalidArgument(restored.status())) << i << ": " << restored.status();
  }
  auto started = Make(test);
  Finish(*started, {});
  EXPECT_TRUE(absl::IsFailedPrecondition(started->RestoreState(kIdentity, checkpoint).status()));
}

TEST_F(ResumeTest, DamageIsSeenBeforeAnythingChanges) {
  const Case test = Classes("damaged");
  const std::string checkpoint = CheckpointOf(test, 3);
  auto trainer = Make(test);
  for (std::size_t i = 0; i < checkpoint.size(); i += 7) {
    std::string damaged = checkpoint;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    EXPECT_TRUE(absl::IsDataLoss(trainer->RestoreState(kIdentity, damaged).status())) << i;
  }
  EXPECT_TRUE(absl::IsDataLoss(trainer->RestoreState(kIdentity, checkpoint.substr(0, 100)).status()));
  auto alone = Make(test);
  EXPECT_EQ(Finish(*trainer, {}).weights, Finish(*alone, {}).weights);
}

// With a right checksum, too, no numbers lead it astray: it refuses, or it runs to some end.
TEST_F(ResumeTest, NoNumbersLeadItAstray) {
  Case test = Classes("crafted");
  test.spec.metrics = {Metric::kRocAuc, Metric::kConfusionMatrix};
  test.spec.early_stopping = EarlyStoppingSpec{.patience = 1, .restore_best_weights = true};
  const std::string checkpoint = CheckpointOf(test, 8);
  const auto sections = ParseCheckpoint(checkpoint);
  ASSERT_TRUE(sections.ok());
  for (std::size_t changed = 0; changed < sections->size(); ++changed) {
    for (const char byte : {'\0', '\1', '\x7f', '\x80', '\xff'}) {
      std::string crafted;
      const auto append = [&](std::string_view piece) {
        crafted += piece;
        return absl::OkStatus();
      };
      CheckpointWriter writer(append);
      for (std::size_t i = 0; i < sections->size(); ++i) {
        std::string contents((*sections)[i].contents);
        if (i == changed) std::fill(contents.begin(), contents.end(), byte);
        ASSERT_TRUE(writer.Add((*sections)[i].name, contents).ok());
      }
      ASSERT_TRUE(writer.Finish().ok());
      auto trainer = Make(test);
      if (!trainer->RestoreState(kIdentity, crafted).ok()) continue;
      Story story;
      EXPECT_TRUE(trainer->Run(story, {}).ok()) << (*sections)[changed].name;
      EXPECT_LE(story.steps.size(), 15U);
    }
  }
}

TEST_F(ResumeTest, TheFirstErrorOfTheSinkIsTold) {
  auto trainer = Make(Classes("full disk"));
  EXPECT_TRUE(absl::IsResourceExhausted(
      trainer->SaveState(kIdentity, [](std::string_view) { return absl::ResourceExhaustedError("full"); })));
}

}  // namespace
}  // namespace traind::engine
