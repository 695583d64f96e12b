#include "server/datasets/ingest.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/datasets/csv_reader.h"
#include "server/datasets/tensor_reader.h"
#include "server/storage/sha256.h"

namespace traind {
namespace {

bool HasWeights(const DatasetFormat& format) {
  if (const auto* csv = std::get_if<CsvFormat>(&format.encoding)) return !csv->weight_column.empty();
  return std::get<TensorFormat>(format.encoding).has_weights;
}

// Lengths go before the names, so that no two lists of names read the same.
void HashNames(const std::vector<std::string>& names, Sha256& hash) {
  hash.Update(absl::StrCat(names.size(), "\n"));
  for (const std::string& name : names) hash.Update(absl::StrCat(name.size(), ":", name, "\n"));
}

// `blobs`: the hashes of features, labels and, if there are any, weights.
std::string HashDataset(const DatasetRecord& record, const std::vector<std::string>& blobs) {
  Sha256 hash;
  hash.Update(absl::StrCat("traind dataset 1\n", record.task == Task::kClassification ? "classification" : "regression",
                           "\n", record.rows, " ", record.features, "\n"));
  HashNames(record.feature_names, hash);
  HashNames(record.class_names, hash);
  for (const std::string& blob : blobs) hash.Update(absl::StrCat(blob, "\n"));
  return hash.Finish();
}

}  // namespace

absl::StatusOr<std::unique_ptr<DatasetIngest>> DatasetIngest::Begin(const DatasetFormat& format, BlobStore& blobs) {
  if (const auto faults = CheckFormat(format); !faults.empty()) return InvalidFields(faults);
  DatasetWriters output;
  for (auto* writer : {&output.features, &output.labels, &output.weights}) {
    if (writer == &output.weights && !HasWeights(format)) break;
    auto created = blobs.Create();
    if (!created.ok()) return created.status();
    *writer = *std::move(created);
  }
  std::unique_ptr<DatasetIngest> ingest(new DatasetIngest(format.task, std::move(output)));
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

absl::StatusOr<std::string> DatasetIngest::InputSha256() {
  if (!status_.ok()) return status_;
  return reader_->InputSha256();
}

absl::StatusOr<IngestedDataset> DatasetIngest::Finish() {
  if (!status_.ok()) return status_;
  absl::StatusOr<TableSchema> schema = reader_->Finish();
  if (!schema.ok()) return schema.status();
  std::vector<std::string> blobs;
  for (const auto* writer : {&output_.features, &output_.labels, &output_.weights}) {
    if (*writer == nullptr) continue;
    absl::StatusOr<std::string> sha256 = (*writer)->Seal();
    if (!sha256.ok()) return sha256.status();
    blobs.push_back(*std::move(sha256));
  }

  IngestedDataset dataset;
  dataset.record.task = task_;
  dataset.record.rows = schema->rows;
  dataset.record.features = static_cast<int64_t>(schema->feature_names.size());
  dataset.record.feature_names = std::move(schema->feature_names);
  dataset.record.label_column = std::move(schema->label_column);
  dataset.record.class_names = std::move(schema->class_names);
  dataset.record.target_names = std::move(schema->target_names);
  dataset.record.sha256 = HashDataset(dataset.record, blobs);
  dataset.writers = std::move(output_);
  return dataset;
}

}  // namespace traind
