// Tables as people have them, with texts, missing values and dates, from the file to predictions, over real gRPC.
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Code = grpc::StatusCode;

// Customers: who buys follows from city and age, what they pay from city and age, too. Some values are missing.
std::string Customers(int rows, const std::vector<std::string>& cities = {"Rome", "Oslo", "Lima"}) {
  std::string csv = "\xEF\xBB\xBFname,city,age,since,buys,pays\r\n";
  for (int i = 0; i < rows; ++i) {
    const std::string& city = cities[static_cast<size_t>(i * 7 % 11) % cities.size()];
    const int age = 20 + i * 13 % 60;
    const bool buys = city == "Rome" || age > 60;
    absl::StrAppend(&csv, "\"Customer, no. ", i, "\",", i % 17 == 3 ? "" : city, ",",
                    i % 19 == 5 ? "NA" : absl::StrCat(age), ",2024-", 1 + i % 12, "-", 1 + i % 28, ",",
                    buys ? "yes" : "no", ",", 1000 + 10 * age + (city == "Rome" ? 500 : 0), "\r\n");
  }
  return csv;
}

class Tables : public ::testing::Test {
 protected:
  static v1::CreateDatasetRequest Csv(const std::string& id, const std::string& data, const std::string& label = "buys",
                                      const std::string& ignored = "pays") {
    v1::CreateDatasetRequest request;
    request.set_dataset_id(id);
    request.mutable_format()->set_task(label == "buys" ? v1::Dataset::CLASSIFICATION : v1::Dataset::REGRESSION);
    v1::Csv& csv = *request.mutable_format()->mutable_csv();
    csv.set_label_column(label);
    csv.add_columns()->set_name(ignored);
    csv.mutable_columns(0)->set_kind(v1::Column::IGNORE);
    request.set_data(data);
    return request;
  }
  v1::Dataset Create(const v1::CreateDatasetRequest& request) {
    v1::Dataset dataset;
    EXPECT_TRUE(stubs_.Ok(stubs_.datasets().CreateDataset(stubs_.NewContext(), request, &dataset)));
    return dataset;
  }
  static v1::CreateTrainingJobRequest Job(const std::string& id, const std::string& dataset, const std::string& spec) {
    v1::CreateTrainingJobRequest request;
    request.set_training_job_id(id);
    request.mutable_training_job()->set_dataset(dataset);
    const auto parsed =
        google::protobuf::util::JsonStringToMessage(spec, request.mutable_training_job()->mutable_spec());
    EXPECT_TRUE(parsed.ok()) << parsed.message();
    return request;
  }
  v1::TrainingJob Train(const v1::CreateTrainingJobRequest& request) {
    v1::TrainingJob job;
    EXPECT_TRUE(stubs_.Ok(stubs_.training().CreateTrainingJob(stubs_.NewContext(), request, &job)));
    job = stubs_.WaitForEnd(job.name());
    EXPECT_EQ(job.state(), v1::TrainingJob::SUCCEEDED) << job.error().message();
    return job;
  }
  v1::PredictResponse Predict(const v1::PredictRequest& request) {
    v1::PredictResponse response;
    EXPECT_TRUE(stubs_.Ok(stubs_.models().Predict(stubs_.NewContext(), request, &response)));
    return response;
  }
  static v1::PredictRequest Texts(const std::string& model, const std::vector<std::vector<std::string>>& rows) {
    v1::PredictRequest request;
    request.set_name(model);
    for (const char* column : {"age", "note", "city"}) request.mutable_table()->add_columns(column);
    for (const auto& row : rows) request.mutable_table()->add_rows()->mutable_values()->Add(row.begin(), row.end());
    return request;
  }

  // A small network for classes, or for a number.
  static std::string Classes(const std::string& more = "") {
    return absl::StrCat(R"({"model": {"layers": [{"dense": {"units": 16}}, {"activation": {"function": "RELU"}},
        {"dense": {"units": 2}}, {"activation": {"function": "SOFTMAX"}}]}, "loss": {"categorical_crossentropy": {}},
        "optimizer": {"adam": {"learning_rate": 0.02}}, "metrics": ["ACCURACY"], "epochs": 60, "seed": 1)",
                        more, "}");
  }
  static std::string Number(const std::string& more = "") {
    return absl::StrCat(R"({"model": {"layers": [{"dense": {"units": 16}}, {"activation": {"function": "RELU"}},
        {"dense": {"units": 1}}]}, "loss": {"mean_squared_error": {}}, "optimizer": {"adam": {"learning_rate": 0.01}},
        "metrics": ["MAE", "R2"], "epochs": 60, "seed": 1, "validation_split": 0.25)",
                        more, "}");
  }

  TemporaryFolder folder_;
  TraindProcess traind_{folder_.path()};
  ServiceStubs stubs_{traind_.Connect()};
};

TEST_F(Tables, ColumnsAreToldApart) {
  const v1::Dataset created = Create(Csv("customers", Customers(400)));
  v1::GetDatasetRequest get;
  get.set_name(created.name());
  v1::Dataset dataset;
  ASSERT_TRUE(stubs_.Ok(stubs_.datasets().GetDataset(stubs_.NewContext(), get, &dataset)));
  EXPECT_EQ(dataset.SerializeAsString(), created.SerializeAsString());
  ASSERT_EQ(dataset.columns_size(), 6);
  EXPECT_EQ(dataset.columns(0).kind(), v1::Column::IGNORE);
  EXPECT_THAT(dataset.columns(0).warning(), HasSubstr("400 of its 400 values are different"));
  const v1::Column& city = dataset.columns(1);
  EXPECT_EQ(city.kind(), v1::Column::CATEGORICAL);
  EXPECT_THAT(city.categories(), ElementsAre("Lima", "Oslo", "Rome"));
  EXPECT_EQ(city.statistics().missing(), 24);
  EXPECT_EQ(city.statistics().count(), 376);
  EXPECT_EQ(city.statistics().most_frequent(), "Rome");
  const v1::Column& age = dataset.columns(2);
  EXPECT_EQ(age.kind(), v1::Column::NUMERIC);
  EXPECT_EQ(age.statistics().missing(), 21);
  EXPECT_EQ(age.statistics().minimum(), 20);
  EXPECT_EQ(age.statistics().maximum(), 79);
  EXPECT_THAT(dataset.columns(3).warning(), HasSubstr("holds dates"));
  EXPECT_EQ(dataset.columns(4).kind(), v1::Column::LABEL);
  EXPECT_EQ(dataset.columns(5).kind(), v1::Column::IGNORE);
  EXPECT_EQ(dataset.columns(5).warning(), "");
  EXPECT_THAT(dataset.feature_names(), ElementsAre("city", "age"));

  v1::ListDatasetsResponse list;
  ASSERT_TRUE(stubs_.Ok(stubs_.datasets().ListDatasets(stubs_.NewContext(), {}, &list)));
  EXPECT_EQ(list.datasets(0).columns_size(), 0);
}

TEST_F(Tables, TrainsAndPredictsWithoutAWord) {
  Create(Csv("customers", Customers(400)));
  const v1::TrainingJob job = Train(Job("first", "datasets/customers", Classes(R"(, "validation_split": 0.2)")));
  EXPECT_GT(job.result().metrics().at("val_accuracy"), 0.9);

  v1::GetModelRequest get;
  get.set_name("models/first");
  v1::Model model;
  ASSERT_TRUE(stubs_.Ok(stubs_.models().GetModel(stubs_.NewContext(), get, &model)));
  ASSERT_EQ(model.columns_size(), 2);
  EXPECT_THAT(model.columns(0).categories(), ElementsAre("Lima", "Oslo", "Rome"));
  EXPECT_EQ(model.parameter_count(), (4 + 2) * 16 + 16 + 16 * 2 + 2);  // city with missing, age with its indicator

  const auto texts = Predict(Texts("models/first", {{"25", "", "Rome"},
                                                    {"25", "x", "Oslo"},
                                                    {"75", "", "Lima"},
                                                    {"NA", "", "Rome"},
                                                    {"75", "", ""},
                                                    {"25", "", "Cairo"}}));
  std::vector<std::string> classes;
  for (const auto& prediction : texts.predictions()) classes.push_back(prediction.class_name());
  classes.pop_back();  // of a city never seen anything may be said
  EXPECT_THAT(classes, ElementsAre("yes", "no", "yes", "yes", "yes"));

  v1::PredictRequest numbers;
  numbers.set_name("models/first");
  for (const auto& [city, age] : std::vector<std::pair<float, float>>{{2, 25}, {1, 25}, {0, 75}, {2, NAN}, {NAN, 75}}) {
    auto& row = *numbers.mutable_rows()->add_rows();
    row.add_values(city);
    row.add_values(age);
  }
  const auto same = Predict(numbers);
  for (int i = 0; i < same.predictions_size(); ++i) {
    EXPECT_EQ(same.predictions(i).SerializeAsString(), texts.predictions(i).SerializeAsString()) << i;
  }
}

TEST_F(Tables, TheSameJobGivesTheSameBits) {
  Create(Csv("customers", Customers(400)));
  const std::string more = R"(, "validation_split": 0.2, "preprocessing": {"categorical": {"encoding": "EMBEDDING",
      "output_dim": 3}, "numeric": {"scaling": "MIN_MAX", "imputation": {"strategy": "MEDIAN"}}})";
  const v1::TrainingJob first = Train(Job("first", "datasets/customers", Classes(more)));
  const v1::TrainingJob second = Train(Job("second", "datasets/customers", Classes(more)));
  EXPECT_EQ(first.result().weights_sha256(), second.result().weights_sha256());
  EXPECT_GT(first.result().metrics().at("val_accuracy"), 0.9);
  const auto unseen = Predict(Texts("models/first", {{"", "", "Cairo"}, {"", "", ""}}));
  EXPECT_EQ(unseen.predictions_size(), 2);
}

// The categories of a validation dataset are matched by name: what it predicts is what texts predict.
TEST_F(Tables, AnotherFileValidates) {
  Create(Csv("customers", Customers(400)));
  const std::vector<std::string> cities = {"Rome", "Cairo", "Oslo"};  // one is not known, and the indices are others
  const v1::Dataset others = Create(Csv("others", Customers(50, cities)));
  EXPECT_THAT(others.columns(1).categories(), ElementsAre("Cairo", "Oslo", "Rome"));
  auto request = Job("first", "datasets/customers", Classes());
  request.mutable_training_job()->set_validation_dataset("datasets/others");
  const v1::TrainingJob job = Train(request);

  v1::PredictRequest held_out;
  held_out.set_name("models/first");
  held_out.mutable_held_out_rows()->set_limit(50);
  const auto by_index = Predict(held_out);
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < 50; ++i) {
    rows.push_back({i % 19 == 5 ? "" : absl::StrCat(20 + i * 13 % 60), "",
                    i % 17 == 3 ? "" : cities[static_cast<size_t>(i * 7 % 11) % 3]});
  }
  const auto by_text = Predict(Texts("models/first", rows));
  double loss = 0;
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(by_index.predictions(i).probabilities(0), by_text.predictions(i).probabilities(0)) << i;
    loss -= std::log(by_index.predictions(i).probabilities(by_index.predictions(i).label() == "yes" ? 1 : 0)) / 50;
  }
  EXPECT_NEAR(job.result().metrics().at("val_loss"), loss, 1e-5);

  // A column of numbers is no category.
  v1::CreateDatasetRequest numbers = Csv("numbers", "city,age,buys,pays\n1,2,yes,1\n2,3,no,1\n");
  Create(numbers);
  request.set_training_job_id("second");
  request.mutable_training_job()->set_validation_dataset("datasets/numbers");
  v1::TrainingJob ignored;
  const grpc::Status refused = stubs_.training().CreateTrainingJob(stubs_.NewContext(), request, &ignored);
  EXPECT_EQ(refused.error_code(), Code::FAILED_PRECONDITION);
  EXPECT_THAT(refused.error_message(), HasSubstr("its column 'city' holds numbers, not categories"));
}

TEST_F(Tables, AValidationDatasetMayMissNothingThatIsNotFilledIn) {
  Create(Csv("whole", "age,size,buys,pays\n1,2,yes,1\n2,3,no,1\n3,4,no,1\n"));
  Create(Csv("holes", "age,size,buys,pays\n1,,yes,1\n2,3,no,1\n"));
  auto request = Job("first", "datasets/whole", Classes());
  request.mutable_training_job()->set_validation_dataset("datasets/holes");
  v1::TrainingJob job;
  const grpc::Status refused = stubs_.training().CreateTrainingJob(stubs_.NewContext(), request, &job);
  EXPECT_THAT(RefusalOf(refused).fields(), ElementsAre("spec.preprocessing.numeric.imputation"));
  request.mutable_training_job()->mutable_spec()->mutable_preprocessing()->mutable_numeric()->mutable_imputation();
  EXPECT_TRUE(std::isfinite(Train(request).result().metrics().at("val_loss")));
}

TEST_F(Tables, TargetsComeBackInTheirOwnUnits) {
  Create(Csv("customers", Customers(400), "pays", "buys"));
  const v1::TrainingJob job =
      Train(Job("first", "datasets/customers", Number(R"(, "preprocessing": {"standardize_targets": true})")));
  const auto& metrics = job.result().metrics();
  EXPECT_GT(metrics.at("val_r2"), 0.8);
  EXPECT_LT(metrics.at("val_loss"), 0.3);  // of standardized targets
  v1::PredictRequest held_out;
  held_out.set_name("models/first");
  held_out.mutable_held_out_rows();
  const auto response = Predict(held_out);
  ASSERT_EQ(response.predictions_size(), 100);
  double error = 0;
  for (const auto& prediction : response.predictions()) {
    EXPECT_GE(prediction.targets(0), 1000);
    error += std::abs(prediction.values(0) - prediction.targets(0)) / 100;
  }
  EXPECT_NEAR(metrics.at("val_mae"), error, 1e-3 * error);
}

TEST_F(Tables, FaultsOfThePreprocessingAreNamedByPath) {
  Create(Csv("customers", Customers(400)));
  const auto refused = [&](const std::string& preprocessing) {
    v1::TrainingJob job;
    const auto request =
        Job("bad", "datasets/customers", Classes(absl::StrCat(R"(, "preprocessing": )", preprocessing)));
    const grpc::Status status = stubs_.training().CreateTrainingJob(stubs_.NewContext(), request, &job);
    EXPECT_EQ(status.error_code(), Code::INVALID_ARGUMENT) << preprocessing;
    return RefusalOf(status).fields();
  };
  EXPECT_THAT(refused(R"({"columns": [{"column": "name", "numeric": {}}, {"column": "city", "numeric": {}}]})"),
              ElementsAre("spec.preprocessing.columns[0].column", "spec.preprocessing.columns[1]"));
  EXPECT_THAT(refused(R"({"columns": [{"column": "age"}]})"), ElementsAre("spec.preprocessing.columns[0]"));
  EXPECT_THAT(refused(R"({"standardize_targets": true})"), ElementsAre("spec.preprocessing.standardize_targets"));
  EXPECT_THAT(refused(R"({"categorical": {"output_dim": 5000}})"),
              ElementsAre("spec.preprocessing.categorical.output_dim"));
}

TEST_F(Tables, TheCommandLineShowsAndPredicts) {
  const std::string file = absl::StrCat(folder_.path(), "/customers.csv");
  std::ofstream(file, std::ios::binary) << Customers(400);
  const auto trainctl = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--server", traind_.grpc_address()});
    CommandResult result = RunCommand(absl::StrCat(TRAIND_BINARY_DIR, "/trainctl"), arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result;
  };
  const CommandResult created = trainctl({"dataset", "create", "customers", "--csv", file, "--label", "buys",
                                          "--column", "pays=ignore", "--column", "city=categorical"});
  EXPECT_THAT(created.err, HasSubstr("trainctl: warning: column since is left out: it holds dates"));
  const CommandResult described = trainctl({"dataset", "describe", "customers"});
  EXPECT_THAT(described.out, HasSubstr("city    categorical (3)    376       24"));
  Train(Job("first", "datasets/customers", Classes()));
  const CommandResult predicted = trainctl({"model", "predict", "first", "--csv", file});
  EXPECT_THAT(predicted.out, HasSubstr("      0  "));
  EXPECT_THAT(predicted.out, HasSubstr("    399  "));
}

}  // namespace
}  // namespace traind
