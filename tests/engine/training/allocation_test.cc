// What training allocates: nothing of ours in a step, in all what the estimate says, and on no more threads than given.
// The test counts every allocation in the process. A step's count leaves out those inside oneDNN's
// dnnl_primitive_execute, which builds a map of its arguments on every call; that is oneDNN's and not ours to change.
#include <dlfcn.h>
#include <dnnl.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <new>
#include <string>
#include <string_view>

#include "engine/ops/op.h"
#include "engine/training/trainer.h"
#include "engine/training/training_bytes.h"
#include "tests/engine/digits.h"
#include "tests/engine/random_values.h"
#include "tests/engine/training/recording_observer.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__GLIBC__)

namespace {
std::atomic<bool> counting = false;
std::atomic<bool> in_onednn = false;
std::atomic<int> allocations = 0;
std::atomic<int64_t> live_bytes = 0;
std::atomic<int64_t> peak_bytes = 0;
std::function<void()>& on_execute = *new std::function<void()>;  // called as each primitive starts

void* Count(void* memory) {
  if (counting && !in_onednn) ++allocations;
  const int64_t live = live_bytes += static_cast<int64_t>(malloc_usable_size(memory));
  int64_t peak = peak_bytes;
  while (live > peak && !peak_bytes.compare_exchange_weak(peak, live)) {
  }
  return memory;
}

void Discount(void* memory) { live_bytes -= static_cast<int64_t>(malloc_usable_size(memory)); }
}  // namespace

// The program's own definitions come before those of the C library and oneDNN, for them as well. operator new calls
// malloc or aligned_alloc.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);

void* malloc(std::size_t size) { return Count(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) { return Count(__libc_calloc(count, size)); }
void* realloc(void* memory, std::size_t size) {
  Discount(memory);
  return Count(__libc_realloc(memory, size));
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return Count(__libc_memalign(alignment, size)); }
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  *memory = Count(__libc_memalign(alignment, size));
  return *memory == nullptr ? ENOMEM : 0;
}
void free(void* memory) {
  Discount(memory);
  __libc_free(memory);
}

dnnl_status_t dnnl_primitive_execute(const_dnnl_primitive_t primitive, dnnl_stream_t stream, int count,
                                     const dnnl_exec_arg_t* arguments) {
  static const auto execute =
      reinterpret_cast<decltype(&dnnl_primitive_execute)>(dlsym(RTLD_NEXT, "dnnl_primitive_execute"));
  if (on_execute) on_execute();
  in_onednn = true;
  const dnnl_status_t status = execute(primitive, stream, count, arguments);
  in_onednn = false;
  return status;
}
}

namespace traind::engine {
namespace {

// Counts from the end of the first step to that of the last, in a training of one epoch.
class CountingObserver final : public TrainingObserver {
 public:
  void OnStep(const TrainingProgress& progress, double) override {
    ++steps;
    counting = progress.step < progress.steps;
  }
  void OnEpoch(const TrainingProgress&, const MetricValues&) override { ++epochs; }
  int steps = 0;
  int epochs = 0;
};

TEST(AllocationTest, TheCounterCounts) {
  counting = true;
  allocations = 0;
  std::free(std::malloc(10));
  delete new int;
  counting = false;
  EXPECT_GE(allocations, 1);
}

// Every kind of layer, what surrounds the optimizer, and all metrics that digits can have.
TrainingSpec EverythingSpec() {
  TrainingSpec spec = DigitsSpec();
  ResidualSpec residual;
  residual.layers = {{"", LayerNormalizationSpec{}},
                     {"", DenseSpec{.units = 64}},
                     {"", ActivationSpec{.function = ActivationFunction::kSelu}},
                     {"", DropoutSpec{.rate = 0.3}},
                     {"", GaussianNoiseSpec{.stddev = 0.1}}};
  std::vector<LayerSpec>& layers = spec.model.layers;
  layers.insert(layers.begin() + 6, {"", residual});
  layers.insert(layers.begin(), {"", EmbeddingSpec{.columns = {{.column = 5, .input_dim = 17, .output_dim = 3}}}});
  std::get<DenseSpec>(layers[1].kind).kernel_regularizer = {.l1 = 1e-4, .l2 = 1e-4};
  spec.loss = CategoricalFocalCrossentropySpec{.label_smoothing = 0.1};
  spec.optimizer = {.kind = AdamWSpec{.amsgrad = true}, .global_clipnorm = 1, .ema_momentum = 0.9};
  spec.optimizer.learning_rate_schedule = {.kind = OneCycleSpec{}, .warmup_steps = 5};
  spec.batch_size = 200;
  spec.gradient_accumulation_steps = 2;
  spec.class_weight = {{"3", 2.0}};
  spec.metrics = {};
  for (const auto& metric : NamesOf(Metric{})) {
    if (NeedsOf(metric.value) != MetricNeeds::kTargets) spec.metrics.push_back(metric.value);
  }
  spec.profile = true;
  return spec;
}

void ExpectThatAStepAllocatesNothing(Precision precision) {
  const Rows digits = LoadDigits();
  std::vector<TrainingSpec> specs = {DigitsSpec(), DigitsSpec(), EverythingSpec(), DigitsSpec()};
  specs[1].optimizer = {.kind = SgdSpec{.momentum = 0.9}};
  specs[3].preprocessing.numeric.scaling = Scaling::kStandardize;
  DatasetView table = digits.view();
  table.shape.columns.resize(64);
  table.shape.columns[10].has_missing = true;
  table.shape.columns[20].categories = 17;
  table.shape.columns[21].categories = 40;  // embedded
  for (TrainingSpec& spec : specs) {
    const DatasetView view = &spec == &specs[3] ? table : digits.view();
    spec.precision = precision;
    spec.validation_split = 0;
    spec.epochs = 1;
    for (const int threads : {1, 2}) {
      auto trainer = Trainer::Create(spec, view, threads);
      ASSERT_TRUE(trainer.ok()) << trainer.status();
      CountingObserver observer;
      allocations = 0;
      ASSERT_TRUE((*trainer)->Run(observer, {}).ok());
      EXPECT_EQ(observer.steps, (1797 + spec.batch_size - 1) / spec.batch_size);
      EXPECT_EQ(observer.epochs, 1);
      EXPECT_EQ(allocations, 0) << threads << " threads, spec " << &spec - specs.data();
    }
  }
}

TEST(AllocationTest, AStepAllocatesNothing) { ExpectThatAStepAllocatesNothing(Precision::kFloat32); }

TEST(AllocationTest, AStepWithBfloat16AllocatesNothing) {
  if (!CpuHasBfloat16()) GTEST_SKIP() << "this processor has no bfloat16";
  ExpectThatAStepAllocatesNothing(Precision::kBf16Mixed);
}

struct MemoryCase {
  std::string what;
  std::vector<LayerSpec> layers;
  OptimizerSpec optimizer;
  int64_t features;
  int64_t batch_size;
};

std::vector<MemoryCase> MemoryCases() {
  const auto dense = [](int64_t units) { return LayerSpec{"", DenseSpec{.units = units}}; };
  const LayerSpec relu = {"", ActivationSpec{.function = ActivationFunction::kRelu}};
  const LayerSpec normalization = {"", BatchNormalizationSpec{}};
  const LayerSpec softmax = {"", ActivationSpec{.function = ActivationFunction::kSoftmax}};
  return {
      {"relus that nothing takes in",
       {dense(512), relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, relu, dense(10), relu, softmax},
       {.kind = SgdSpec{}},
       300,
       1024},
      {"weights and moments", {dense(1000), relu, dense(800), relu, dense(10), softmax}, {.kind = AdamSpec{}}, 700, 32},
      {"weights and momentum",
       {dense(1000), relu, dense(800), relu, dense(10), softmax},
       {.kind = SgdSpec{.momentum = 0.9}},
       700,
       32},
      {"normalization first",
       {normalization, relu, relu, relu, relu, relu, dense(10), softmax},
       {.kind = SgdSpec{}},
       1000,
       1024},
      {"normalization with relu",
       {dense(512), normalization, relu, dense(512), normalization, relu, relu, dense(10), softmax},
       {.kind = AdamSpec{}},
       300,
       1024},
  };
}

void ExpectThatItTakesWhatTheEstimateSays(Precision precision) {
  for (const MemoryCase& memory : MemoryCases()) {
    SCOPED_TRACE(memory.what);
    TrainingSpec spec = DigitsSpec();
    spec.model.layers = memory.layers;
    spec.optimizer = memory.optimizer;
    spec.precision = precision;
    spec.batch_size = memory.batch_size;
    spec.epochs = 1;
    Rows rows;
    rows.width = memory.features;
    rows.class_count = 10;
    rows.features = RandomValues(2000 * memory.features, 1);
    for (int i = 0; i < 2000; ++i) rows.classes.push_back(i % 10);
    const auto estimate = EstimateTrainingBytes(spec, rows.view().shape);
    ASSERT_TRUE(estimate.ok()) << estimate.status();

    const int64_t before = live_bytes;
    peak_bytes = before;
    {
      auto trainer = Trainer::Create(spec, rows.view(), 2);
      ASSERT_TRUE(trainer.ok()) << trainer.status();
      CountingObserver observer;
      ASSERT_TRUE((*trainer)->Run(observer, {}).ok());
      ASSERT_TRUE((*trainer)->WriteWeights([](std::string_view) { return absl::OkStatus(); }).ok());
    }
    const double taken = static_cast<double>(peak_bytes - before);
    EXPECT_GT(taken, 5e6);
    EXPECT_NEAR(static_cast<double>(*estimate) / taken, 1, 0.1) << *estimate << " estimated, " << taken << " taken";
  }
}

TEST(AllocationTest, TakesWhatTheEstimateSays) { ExpectThatItTakesWhatTheEstimateSays(Precision::kFloat32); }

TEST(AllocationTest, TakesWhatTheEstimateSaysWithBfloat16) {
  if (!CpuHasBfloat16()) GTEST_SKIP() << "this processor has no bfloat16";
  ExpectThatItTakesWhatTheEstimateSays(Precision::kBf16Mixed);
}

// Beside them there is the scratch memory of the primitives.
TEST(AllocationTest, ALargeNetworkTakesLittleBesideItsNumbers) {
  const auto dense = [](int64_t units) { return LayerSpec{"", DenseSpec{.units = units}}; };
  const LayerSpec normalization = {"", BatchNormalizationSpec{}};
  const LayerSpec relu = {"", ActivationSpec{.function = ActivationFunction::kRelu}};
  TrainingSpec spec = DigitsSpec();
  spec.model.layers = {dense(2048),
                       normalization,
                       relu,
                       dense(2048),
                       normalization,
                       relu,
                       dense(2048),
                       normalization,
                       relu,
                       dense(1000),
                       {"", ActivationSpec{.function = ActivationFunction::kSoftmax}}};
  spec.optimizer = {.kind = AdamSpec{}};
  spec.batch_size = 1024;
  spec.epochs = 1;
  spec.validation_split = 0;
  Rows rows;
  rows.width = 1024;
  rows.class_count = 1000;
  rows.features = RandomValues(1024 * 1024, 1);
  for (int i = 0; i < 1024; ++i) rows.classes.push_back(i % 1000);

  const int64_t before = live_bytes;
  peak_bytes = before;
  int64_t parameters = 0;
  {
    auto trainer = Trainer::Create(spec, rows.view(), 2);
    ASSERT_TRUE(trainer.ok()) << trainer.status();
    CountingObserver observer;
    ASSERT_TRUE((*trainer)->Run(observer, {}).ok());
    ASSERT_TRUE((*trainer)->WriteWeights([](std::string_view) { return absl::OkStatus(); }).ok());
    parameters = (*trainer)->parameters();
  }
  // Weights, gradients and two moments; of each row what goes into a layer or comes out of the last, a normalization
  // with its relu being one layer; and the gradients of those of two neighbours.
  const int64_t activations = 1024 + 6 * 2048 + 2 * 1000;
  const double numbers = 4.0 * static_cast<double>(4 * parameters + 1024 * (activations + 2 * 2048));
  EXPECT_LE(static_cast<double>(peak_bytes - before) / numbers, 1.15);
}

TEST(AllocationTest, TheEstimateCountsTheRowsThatAreValidated) {
  TrainingSpec spec = DigitsSpec();
  spec.model.layers = {{"", DenseSpec{.units = 10}}, {"", ActivationSpec{.function = ActivationFunction::kSoftmax}}};
  spec.metrics = {Metric::kRocAuc, Metric::kPrAuc};
  spec.epochs = 1;
  const auto rows_of = [](int count) {
    Rows rows;
    rows.width = 2;
    rows.class_count = 10;
    rows.features = RandomValues(count * 2, 1);
    for (int i = 0; i < count; ++i) rows.classes.push_back(i % 10);
    return rows;
  };
  const Rows few = rows_of(1'000);
  const Rows many = rows_of(200'000);
  const auto check = [&](const Rows& training, const DatasetView* validation) {
    const auto estimate =
        EstimateTrainingBytes(spec, training.view().shape, validation == nullptr ? nullptr : &validation->shape);
    ASSERT_TRUE(estimate.ok()) << estimate.status();
    const int64_t before = live_bytes;
    auto trainer = Trainer::Create(spec, training.view(), 1, validation);
    ASSERT_TRUE(trainer.ok()) << trainer.status();
    const double taken = static_cast<double>(live_bytes - before);
    EXPECT_GT(taken, 5e6);
    EXPECT_NEAR(static_cast<double>(*estimate) / taken, 1, 0.1) << *estimate << " estimated, " << taken << " taken";
  };
  const DatasetView validation = many.view();
  spec.validation_split = 0;
  check(few, &validation);
  spec.validation_split = 0.5;
  check(many, nullptr);
}

// Threads that oneDNN would use for each primitive, while it lives.
class ThreadsSeen {
 public:
  ThreadsSeen() {
    on_execute = [this] { most = std::max(most, omp_get_max_threads()); };
  }
  ~ThreadsSeen() { on_execute = nullptr; }
  int most = 0;
};

TEST(ThreadsTest, WeightsComeAndGoOnTheRunsThreads) {
  const int before = omp_get_max_threads();
  omp_set_num_threads(4);
  const Rows digits = LoadDigits();
  auto trainer = Trainer::Create(DigitsSpec(), digits.view(), 1);
  ASSERT_TRUE(trainer.ok());
  const ThreadsSeen seen;
  const auto weights = (*trainer)->ExportWeights();
  ASSERT_TRUE(weights.ok());
  EXPECT_EQ(seen.most, 1);
  ASSERT_TRUE((*trainer)->ImportWeights(*weights).ok());
  EXPECT_EQ(seen.most, 1);
  omp_set_num_threads(before);
}

TEST(StopTest, IsLookedAtBetweenBatchesOfValidation) {
  const Rows digits = LoadDigits();
  TrainingSpec spec = DigitsSpec();
  spec.epochs = 1;
  spec.validation_split = 0.5;  // 29 steps and 29 batches of validation
  auto trainer = Trainer::Create(spec, digits.view(), 1);
  ASSERT_TRUE(trainer.ok());
  std::stop_source source;
  RecordingObserver observer;
  int after_training = 0;
  on_execute = [&] {
    if (observer.steps.size() == 29 && ++after_training == 10) source.request_stop();
  };
  const auto outcome = (*trainer)->Run(observer, source.get_token());
  on_execute = nullptr;
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->end, TrainingOutcome::End::kStopped);
  EXPECT_EQ(outcome->progress.epoch, 0);
  EXPECT_TRUE(observer.history.empty());
  EXPECT_TRUE(outcome->metrics.values.empty());
  EXPECT_GE(after_training, 10);
  EXPECT_LE(after_training, 15);  // the batch's 5 primitives may end
}

}  // namespace
}  // namespace traind::engine

#endif
