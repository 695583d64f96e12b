// Every way to ask for a training that cannot be, in one table: each refused with its code and the path of every fault,
// none stored, and the server well afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

using ::testing::IsSupersetOf;

using Code = grpc::StatusCode;
using Request = v1::CreateTrainingJobRequest;
using Spec = v1::TrainingSpec;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

v1::Layer* LayerOf(Spec& spec, int index) { return spec.mutable_model()->mutable_layers(index); }

struct BadSpec {
  const char* name;
  std::function<void(Request&)> spoil;
  Code code;
  std::vector<std::string> fields;
};

// Spoils the spec alone.
BadSpec In(const char* name, std::function<void(Spec&)> spoil, std::vector<std::string> fields) {
  return {name,
          [spoil = std::move(spoil)](Request& request) { spoil(*request.mutable_training_job()->mutable_spec()); },
          Code::INVALID_ARGUMENT, std::move(fields)};
}

std::vector<BadSpec> Table() {
  return {
      In("NoLayers", [](Spec& s) { s.mutable_model()->clear_layers(); }, {"spec.model.layers"}),
      In("NoModel", [](Spec& s) { s.clear_model(); }, {"spec.model"}),
      In("NoLoss", [](Spec& s) { s.clear_loss(); }, {"spec.loss"}),
      In("NoOptimizer", [](Spec& s) { s.clear_optimizer(); }, {"spec.optimizer"}),
      In("UnitsZero", [](Spec& s) { LayerOf(s, 3)->mutable_dense()->set_units(0); },
         {"spec.model.layers[3].dense.units"}),
      In("UnitsNegative", [](Spec& s) { LayerOf(s, 3)->mutable_dense()->set_units(-5); },
         {"spec.model.layers[3].dense.units"}),
      In("UnitsHuge", [](Spec& s) { LayerOf(s, 0)->mutable_dense()->set_units(std::numeric_limits<int32_t>::max()); },
         {"spec.model.layers[0].dense.units"}),
      In("AHundredThousandLayers",
         [](Spec& s) {
           for (int i = 0; i < 100'000; ++i) s.mutable_model()->add_layers()->mutable_batch_normalization();
         },
         {"spec.model.layers"}),
      In("ResidualsFortyDeep",
         [](Spec& s) {
           auto* layers = s.mutable_model()->mutable_layers();
           for (int i = 0; i < 40; ++i) layers = layers->Add()->mutable_residual()->mutable_layers();
           layers->Add()->mutable_dropout();
         },
         {"spec.model.layers"}),
      In("TooManyParameters",
         [](Spec& s) {
           for (int i = 0; i < 3; ++i) LayerOf(s, 3 * i)->mutable_dense()->set_units(65'536);
         },
         {"spec.model.layers"}),
      In("LayerWithoutKind", [](Spec& s) { LayerOf(s, 1)->Clear(); }, {"spec.model.layers[1]"}),
      In("ActivationUnset", [](Spec& s) { LayerOf(s, 2)->mutable_activation()->clear_function(); },
         {"spec.model.layers[2].activation.function"}),
      In("ActivationUnknown",
         [](Spec& s) { LayerOf(s, 2)->mutable_activation()->set_function(static_cast<v1::Activation::Function>(77)); },
         {"spec.model.layers[2].activation.function"}),
      In("InitializerUnknown",
         [](Spec& s) {
           LayerOf(s, 0)->mutable_dense()->mutable_kernel_initializer()->set_kind(
               static_cast<v1::Initializer::Kind>(99));
         },
         {"spec.model.layers[0].dense.kernel_initializer.kind"}),
      In("MetricUnknown", [](Spec& s) { s.set_metrics(0, static_cast<Spec::Metric>(42)); }, {"spec.metrics[0]"}),
      In("NoDense",
         [](Spec& s) {
           s.mutable_model()->clear_layers();
           s.mutable_model()->add_layers()->mutable_activation()->set_function(v1::Activation::SOFTMAX);
         },
         {"spec.model.layers"}),
      In("EndsWithoutSoftmax", [](Spec& s) { s.mutable_model()->mutable_layers()->RemoveLast(); },
         {"spec.loss.categorical_crossentropy"}),
      In("ActivationUnknown",
         [](Spec& s) { LayerOf(s, 2)->mutable_activation()->set_function(static_cast<v1::Activation::Function>(99)); },
         {"spec.model.layers[2].activation.function"}),
      In("DropoutOfAll", [](Spec& s) { LayerOf(s, 2)->mutable_dropout()->set_rate(1); },
         {"spec.model.layers[2].dropout.rate"}),
      In("NoiseNaN", [](Spec& s) { LayerOf(s, 2)->mutable_gaussian_noise()->set_stddev(kNan); },
         {"spec.model.layers[2].gaussian_noise.stddev"}),
      In("EmbeddingNotFirst",
         [](Spec& s) {
           auto* column = LayerOf(s, 2)->mutable_embedding()->add_columns();
           column->set_input_dim(3);
           column->set_output_dim(2);
         },
         {"spec.model.layers[2].embedding"}),
      In("ResidualOfNothing", [](Spec& s) { LayerOf(s, 2)->mutable_residual(); },
         {"spec.model.layers[2].residual.layers"}),
      In("ResidualOfAnotherWidth",
         [](Spec& s) { LayerOf(s, 2)->mutable_residual()->add_layers()->mutable_dense()->set_units(9); },
         {"spec.model.layers[2].residual.layers"}),
      In("LossForRegression", [](Spec& s) { s.mutable_loss()->mutable_mean_squared_error(); }, {"spec.metrics[0]"}),
      In("LossForTwoClasses",
         [](Spec& s) {
           s.mutable_loss()->mutable_binary_crossentropy();
           LayerOf(s, 7)->mutable_activation()->set_function(v1::Activation::SIGMOID);
         },
         {"spec.loss.binary_crossentropy"}),
      In("LabelSmoothingOfAll",
         [](Spec& s) { s.mutable_loss()->mutable_categorical_crossentropy()->set_label_smoothing(1); },
         {"spec.loss.categorical_crossentropy.label_smoothing"}),
      In("ClippedTwice",
         [](Spec& s) {
           s.mutable_optimizer()->set_clipnorm(1);
           s.mutable_optimizer()->set_clipvalue(1);
         },
         {"spec.optimizer"}),
      In("MetricOfRegression", [](Spec& s) { s.set_metrics(0, v1::TrainingSpec::R2); }, {"spec.metrics[0]"}),
      In("MonitorThatNothingReports", [](Spec& s) { s.mutable_early_stopping()->set_monitor("val_f1_macro"); },
         {"spec.early_stopping.monitor"}),
      In("PlateauOfNothing",
         [](Spec& s) {
           s.mutable_optimizer()->mutable_learning_rate_schedule()->mutable_reduce_on_plateau()->set_monitor("x");
         },
         {"spec.optimizer.learning_rate_schedule.reduce_on_plateau.monitor"}),
      In("DecayOverNothing",
         [](Spec& s) { s.mutable_optimizer()->mutable_learning_rate_schedule()->mutable_step_decay(); },
         {"spec.optimizer.learning_rate_schedule.step_decay.step_size"}),
      In("WeightOfNoClass", [](Spec& s) { (*s.mutable_class_weight())["cat"] = 2; }, {"spec.class_weight[\"cat\"]"}),
      In("WeightInfinite", [](Spec& s) { (*s.mutable_class_weight())["3"] = kInfinity; }, {"spec.class_weight[\"3\"]"}),
      In("AccumulationOfNothing", [](Spec& s) { s.set_gradient_accumulation_steps(0); },
         {"spec.gradient_accumulation_steps"}),
      In("NoSeconds", [](Spec& s) { s.set_max_train_seconds(0); }, {"spec.max_train_seconds"}),
      In("ThreadsNegative", [](Spec& s) { s.set_threads(-1); }, {"spec.threads"}),
      In("MoreThreadsThanCores", [](Spec& s) { s.set_threads(1'000); }, {"spec.threads"}),
      In("MoreThreadsThanAnyMachine", [](Spec& s) { s.set_threads(1'000'000); }, {"spec.threads"}),
      In("CheckpointsOfTwoKinds",
         [](Spec& s) {
           s.mutable_checkpoint()->set_every_steps(1);
           s.mutable_checkpoint()->set_every_epochs(1);
         },
         {"spec.checkpoint"}),
      In("CheckpointsEveryNothing", [](Spec& s) { s.mutable_checkpoint()->set_every_seconds(0); },
         {"spec.checkpoint.every_seconds"}),
      In("NoSteps", [](Spec& s) { s.set_max_steps(0); }, {"spec.max_steps"}),
      In("LastWidthIsNotTheClasses", [](Spec& s) { LayerOf(s, 6)->mutable_dense()->set_units(9); },
         {"spec.model.layers[6].dense.units"}),
      In("LearningRateNaN", [](Spec& s) { s.mutable_optimizer()->mutable_adam()->set_learning_rate(kNan); },
         {"spec.optimizer.adam.learning_rate"}),
      In("LearningRateInfinite", [](Spec& s) { s.mutable_optimizer()->mutable_adam()->set_learning_rate(kInfinity); },
         {"spec.optimizer.adam.learning_rate"}),
      In("LearningRateZero", [](Spec& s) { s.mutable_optimizer()->mutable_sgd()->set_learning_rate(0); },
         {"spec.optimizer.sgd.learning_rate"}),
      In("LearningRateNegative", [](Spec& s) { s.mutable_optimizer()->mutable_sgd()->set_learning_rate(-0.1); },
         {"spec.optimizer.sgd.learning_rate"}),
      In("SgdMomentumOne", [](Spec& s) { s.mutable_optimizer()->mutable_sgd()->set_momentum(1); },
         {"spec.optimizer.sgd.momentum"}),
      In("Betas",
         [](Spec& s) {
           s.mutable_optimizer()->mutable_adam()->set_beta_1(1);
           s.mutable_optimizer()->mutable_adam()->set_beta_2(-0.1);
           s.mutable_optimizer()->mutable_adam()->set_epsilon(0);
         },
         {"spec.optimizer.adam.beta_1", "spec.optimizer.adam.beta_2", "spec.optimizer.adam.epsilon"}),
      In("BatchNormalization",
         [](Spec& s) {
           LayerOf(s, 1)->mutable_batch_normalization()->set_momentum(1);
           LayerOf(s, 4)->mutable_batch_normalization()->set_epsilon(kNan);
         },
         {"spec.model.layers[1].batch_normalization.momentum", "spec.model.layers[4].batch_normalization.epsilon"}),
      In("EpochsZero", [](Spec& s) { s.set_epochs(0); }, {"spec.epochs"}),
      In("EpochsOverTheCap", [](Spec& s) { s.set_epochs(100'001); }, {"spec.epochs"}),
      In("BatchSizeZero", [](Spec& s) { s.set_batch_size(0); }, {"spec.batch_size"}),
      In("BatchSizeOverTheCap", [](Spec& s) { s.set_batch_size(65'537); }, {"spec.batch_size"}),
      In("BatchSizeOneWithBatchNormalization", [](Spec& s) { s.set_batch_size(1); }, {"spec.batch_size"}),
      In("DuplicateLayerNames",
         [](Spec& s) {
           LayerOf(s, 0)->set_name("twice");
           LayerOf(s, 3)->set_name("twice");
         },
         {"spec.model.layers[3].name"}),
      In("LayerName", [](Spec& s) { LayerOf(s, 0)->set_name("../dense"); }, {"spec.model.layers[0].name"}),
      In("ValidationSplitOne", [](Spec& s) { s.set_validation_split(1); }, {"spec.validation_split"}),
      In("ValidationSplitNaN", [](Spec& s) { s.set_validation_split(kNan); }, {"spec.validation_split"}),
      In("ValidationSplitLeavesNoRowToTrain", [](Spec& s) { s.set_validation_split(0.9999); },
         {"spec.validation_split"}),
      In("ValidationRowsUnknown", [](Spec& s) { s.set_validation_rows(static_cast<Spec::ValidationRows>(9)); },
         {"spec.validation_rows"}),
      In("EveryFaultAtOnce",
         [](Spec& s) {
           s.set_epochs(-1);
           s.set_batch_size(-1);
           s.clear_loss();
           LayerOf(s, 0)->mutable_dense()->set_units(0);
           LayerOf(s, 2)->mutable_activation()->clear_function();
         },
         {"spec.epochs", "spec.batch_size", "spec.loss", "spec.model.layers[0].dense.units",
          "spec.model.layers[2].activation.function"}),
      {"NoJob", [](Request& r) { r.clear_training_job(); }, Code::INVALID_ARGUMENT, {"dataset"}},
      {"NoSpec", [](Request& r) { r.mutable_training_job()->clear_spec(); }, Code::INVALID_ARGUMENT, {"spec.epochs"}},
      {"DatasetNameEmpty",
       [](Request& r) { r.mutable_training_job()->clear_dataset(); },
       Code::INVALID_ARGUMENT,
       {"dataset"}},
      {"DatasetNameOfAnotherKind",
       [](Request& r) { r.mutable_training_job()->set_dataset("models/digits"); },
       Code::INVALID_ARGUMENT,
       {"dataset"}},
      {"DatasetUnknown",
       [](Request& r) { r.mutable_training_job()->set_dataset("datasets/none"); },
       Code::NOT_FOUND,
       {}},
      {"DatasetOfNumbers",
       [](Request& r) { r.mutable_training_job()->set_dataset("datasets/numbers"); },
       Code::FAILED_PRECONDITION,
       {}},
      {"IdWithSlash", [](Request& r) { r.set_training_job_id("a/b"); }, Code::INVALID_ARGUMENT, {"training_job_id"}},
      {"IdClimbs", [](Request& r) { r.set_training_job_id("../x"); }, Code::INVALID_ARGUMENT, {"training_job_id"}},
      {"IdWithNul",
       [](Request& r) { r.set_training_job_id(std::string("a\0b", 3)); },
       Code::INVALID_ARGUMENT,
       {"training_job_id"}},
      {"IdUpperCase", [](Request& r) { r.set_training_job_id("Digits"); }, Code::INVALID_ARGUMENT, {"training_job_id"}},
      {"IdTooLong",
       [](Request& r) { r.set_training_job_id(std::string(64, 'a')); },
       Code::INVALID_ARGUMENT,
       {"training_job_id"}},
      {"IdBidi", [](Request& r) { r.set_training_job_id("a\u202eb"); }, Code::INVALID_ARGUMENT, {"training_job_id"}},
      {"RequestIdTooLong",
       [](Request& r) { r.set_request_id(std::string(129, 'r')); },
       Code::INVALID_ARGUMENT,
       {"request_id"}},
      {"RequestIdUnprintable", [](Request& r) { r.set_request_id("a\nb"); }, Code::INVALID_ARGUMENT, {"request_id"}},
      {"MoreMemoryThanThereIs",
       [](Request& r) {
         Spec& spec = *r.mutable_training_job()->mutable_spec();
         LayerOf(spec, 0)->mutable_dense()->set_units(16'384);
         LayerOf(spec, 3)->mutable_dense()->set_units(16'384);
       },
       Code::RESOURCE_EXHAUSTED,
       {}},
  };
}

class BadSpecs : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    traind_ = new TraindProcess(folder_->path(), {"--memory_budget_mb=1024"});
    stubs_ = new ServiceStubs(traind_->Connect());
    stubs_->CreateDigits();
    v1::CreateDatasetRequest numbers;
    numbers.set_dataset_id("numbers");
    numbers.mutable_format()->set_task(v1::Dataset::REGRESSION);
    numbers.mutable_format()->mutable_csv()->set_label_column("y");
    numbers.set_data("x,y\n1,0.5\n2,0.7\n3,0.9\n4,1.5\n");
    v1::Dataset dataset;
    ASSERT_TRUE(ServiceStubs::Ok(stubs_->datasets().CreateDataset(stubs_->NewContext(), numbers, &dataset)));
  }
  static void TearDownTestSuite() {
    delete stubs_;
    delete traind_;
    delete folder_;
  }

  static inline TemporaryFolder* folder_;
  static inline TraindProcess* traind_;
  static inline ServiceStubs* stubs_;
};

TEST_F(BadSpecs, AreRefusedWithEveryFaultAndNothingIsStored) {
  for (const BadSpec& bad : Table()) {
    SCOPED_TRACE(bad.name);
    for (bool validate_only : {true, false}) {
      Request request = stubs_->DigitsJob("bad");
      bad.spoil(request);
      request.set_validate_only(validate_only);
      v1::TrainingJob job;
      grpc::Status status = stubs_->training().CreateTrainingJob(stubs_->NewContext(), request, &job);
      EXPECT_EQ(status.error_code(), bad.code) << status.error_message();
      EXPECT_FALSE(status.error_message().empty());
      EXPECT_THAT(RefusalOf(status).fields(), IsSupersetOf(bad.fields)) << status.error_message();
    }
  }
  v1::ListTrainingJobsResponse list;
  ASSERT_TRUE(ServiceStubs::Ok(stubs_->training().ListTrainingJobs(stubs_->NewContext(), {}, &list)));
  EXPECT_EQ(list.training_jobs_size(), 0) << list.DebugString();
}

TEST_F(BadSpecs, AGoodOneIsOnlyValidatedWhenAskedTo) {
  Request request = stubs_->DigitsJob("good");
  request.set_validate_only(true);
  request.mutable_training_job()->set_state(v1::TrainingJob::SUCCEEDED);  // not a client's to say
  v1::TrainingJob job;
  ASSERT_TRUE(ServiceStubs::Ok(stubs_->training().CreateTrainingJob(stubs_->NewContext(), request, &job)));
  EXPECT_EQ(job.state(), v1::TrainingJob::STATE_UNSPECIFIED);
  EXPECT_EQ(job.name(), "trainingJobs/good");
  EXPECT_EQ(job.threads(), 1);
  v1::GetTrainingJobRequest get;
  get.set_name("trainingJobs/good");
  EXPECT_EQ(stubs_->training().GetTrainingJob(stubs_->NewContext(), get, &job).error_code(), Code::NOT_FOUND);
}

TEST_F(BadSpecs, WithoutAnIdTheServerMakesOne) {
  Request request = stubs_->DigitsJob("");
  request.mutable_training_job()->mutable_spec()->set_epochs(1);
  v1::TrainingJob first, second;
  ASSERT_TRUE(ServiceStubs::Ok(stubs_->training().CreateTrainingJob(stubs_->NewContext(), request, &first)));
  ASSERT_TRUE(ServiceStubs::Ok(stubs_->training().CreateTrainingJob(stubs_->NewContext(), request, &second)));
  EXPECT_NE(first.name(), second.name());
  for (const std::string& name : {first.name(), second.name()}) {
    EXPECT_EQ(stubs_->WaitForEnd(name).state(), v1::TrainingJob::SUCCEEDED);
    v1::DeleteTrainingJobRequest remove;
    remove.set_name(name);
    google::protobuf::Empty empty;
    EXPECT_TRUE(ServiceStubs::Ok(stubs_->training().DeleteTrainingJob(stubs_->NewContext(), remove, &empty)));
  }
}

}  // namespace
}  // namespace traind
