#include "server/datasets/ingest.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/datasets/csv_reader.h"
#include "server/datasets/tensor_reader.h"
#include "server/storage/sha256.h"

namespace traind {
namespace {

// Lengths go before the names, so that no two lists of names read the same.
void HashNames(const std::vector<std::string>& names, Sha256& hash) {
  hash.Update(absl::StrCat(names.size(), "\n"));
  for (const std::string& name : names) hash.Update(absl::StrCat(name.size(), ":", name, "\n"));
}

std::string HashDataset(const DatasetRecord& record, const std::string& features, const std::string& labels) {
  Sha256 hash;
  hash.Update(absl::StrCat("traind dataset 1\n", record.task == Task::kClassification ? "classification" : "regression",
                           "\n", record.rows, " ", record.features, "\n"));
  HashNames(record.feature_names, hash);
  HashNames(record.class_names, hash);
  hash.Update(absl::StrCat(features, "\n", labels, "\n"));
  return hash.Finish();
}

}  // namespace

absl::StatusOr<std::unique_ptr<DatasetIngest>> DatasetIngest::Begin(const DatasetFormat& format, BlobStore& blobs) {
  if (const auto faults = CheckFormat(format); !faults.empty()) return InvalidFields(faults);
  auto features = blobs.Create();
  if (!features.ok()) return features.status();
  auto labels = blobs.Create();
  if (!labels.ok()) return labels.status();
  std::unique_ptr<DatasetIngest> ingest(
      new DatasetIngest(format.task, TableOutput{*std::move(features), *std::move(labels)}));
  if (const auto* csv = std::get_if<CsvFormat>(&format.encoding)) {
    ingest->reader_ = std::make_unique<CsvReader>(*csv, format.task, ingest->output_);
  } else {
    ingest->reader_ =
        std::make_unique<TensorReader>(std::get<TensorFormat>(format.encoding), format.task, ingest->output_);
  }
  return ingest;
}

absl::Status DatasetIngest::Append(std::string_view bytes) {
  if (status_.ok()) status_ = reader_->Feed(bytes);
  return status_;
}

absl::StatusOr<IngestedDataset> DatasetIngest::Finish() {
  if (!status_.ok()) return status_;
  absl::StatusOr<TableSchema> schema = reader_->Finish();
  if (!schema.ok()) return schema.status();
  const absl::StatusOr<std::string> features = output_.features->Seal();
  if (!features.ok()) return features.status();
  const absl::StatusOr<std::string> labels = output_.labels->Seal();
  if (!labels.ok()) return labels.status();

  IngestedDataset dataset;
  dataset.record.task = task_;
  dataset.record.rows = schema->rows;
  dataset.record.features = static_cast<int64_t>(schema->feature_names.size());
  dataset.record.feature_names = std::move(schema->feature_names);
  dataset.record.label_column = std::move(schema->label_column);
  dataset.record.class_names = std::move(schema->class_names);
  dataset.record.target_names = std::move(schema->target_names);
  dataset.record.sha256 = HashDataset(dataset.record, *features, *labels);
  dataset.features = std::move(output_.features);
  dataset.labels = std::move(output_.labels);
  return dataset;
}

}  // namespace traind
