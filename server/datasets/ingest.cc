#include "server/datasets/ingest.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/datasets/csv_reader.h"
#include "server/storage/sha256.h"

namespace traind {
namespace {

// Lengths go before the names, so that no two lists of names read the same.
void HashNames(const std::vector<std::string>& names, Sha256& hash) {
  hash.Update(absl::StrCat(names.size(), "\n"));
  for (const std::string& name : names) hash.Update(absl::StrCat(name.size(), ":", name, "\n"));
}

// `parts`: the hashes of features, labels and, if there are any, weights.
std::string HashDataset(const DatasetRecord& record, const std::vector<std::string>& parts) {
  Sha256 hash;
  hash.Update(absl::StrCat("traind dataset 1\n", record.task == Task::kClassification ? "classification" : "regression",
                           "\n", record.rows, " ", record.features, "\n"));
  HashNames(record.feature_names, hash);
  for (const Column& column : record.columns) {
    if (column.kind != ColumnKind::kCategorical) continue;
    HashNames({column.name}, hash);
    HashNames(column.categories, hash);
  }
  HashNames(record.class_names, hash);
  std::vector<engine::ElementType> types = {record.feature_part.type, record.label_part.type};
  if (record.weight_part) types.push_back(record.weight_part->type);
  for (size_t i = 0; i < parts.size(); ++i) hash.Update(absl::StrCat(static_cast<int>(types[i]), " ", parts[i], "\n"));
  return hash.Finish();
}

// `parts` are the features, the labels and, if there are any, the weights; `part_sha256s` the hashes of their bytes.
DatasetRecord RecordOf(Task task, TableSchema schema, const std::vector<DatasetPart>& parts,
                       const std::vector<std::string>& part_sha256s) {
  DatasetRecord record;
  record.task = task;
  record.rows = schema.rows;
  record.features = static_cast<int64_t>(schema.feature_names.size());
  record.feature_names = std::move(schema.feature_names);
  record.label_column = std::move(schema.label_column);
  record.class_names = std::move(schema.class_names);
  record.target_names = std::move(schema.target_names);
  record.columns = std::move(schema.columns);
  record.feature_part = parts[0];
  record.label_part = parts[1];
  if (parts.size() > 2) record.weight_part = parts[2];
  record.sha256 = HashDataset(record, part_sha256s);
  return record;
}

// All of it in the blob of `writer`.
absl::StatusOr<IngestedDataset> OfTensors(const TensorReader& reader, TableSchema schema,
                                          std::unique_ptr<BlobWriter> writer) {
  const absl::StatusOr<std::string> sha256 = writer->Seal();
  if (!sha256.ok()) return sha256.status();
  std::vector<DatasetPart> parts = reader.layout().parts;
  for (DatasetPart& part : parts) part.sha256 = *sha256;
  IngestedDataset dataset;
  dataset.record = RecordOf(reader.task(), std::move(schema), parts, reader.part_sha256s());
  dataset.writers.push_back(std::move(writer));
  return dataset;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DatasetIngest>> DatasetIngest::Begin(const DatasetFormat& format, BlobStore& blobs) {
  if (const auto faults = CheckFormat(format); !faults.empty()) return InvalidFields(faults);
  DatasetWriters output;
  const auto* csv = std::get_if<CsvFormat>(&format.encoding);
  for (auto* writer : {&output.features, &output.labels, &output.weights}) {
    if (writer == &output.labels && csv == nullptr) break;
    if (writer == &output.weights && csv->weight_column.empty()) break;
    auto created = blobs.Create();
    if (!created.ok()) return created.status();
    *writer = *std::move(created);
  }
  std::unique_ptr<DatasetIngest> ingest(new DatasetIngest(format.task, std::move(output)));
  if (csv != nullptr) {
    ingest->reader_ = std::make_unique<CsvReader>(*csv, format.task, blobs, ingest->output_);
  } else {
    auto reader = std::make_unique<TensorReader>(std::get<TensorFormat>(format.encoding), format.task);
    ingest->tensors_ = reader.get();
    ingest->reader_ = std::move(reader);
  }
  return ingest;
}

absl::Status DatasetIngest::Append(std::string_view bytes) {
  if (status_.ok()) status_ = reader_->Feed(bytes);
  if (status_.ok() && tensors_ != nullptr) status_ = output_.features->Append(bytes);
  return status_;
}

absl::StatusOr<IngestedDataset> DatasetIngest::Finish() {
  if (!status_.ok()) return status_;
  absl::StatusOr<TableSchema> schema = reader_->Finish();
  if (!schema.ok()) return schema.status();
  if (tensors_ != nullptr) return OfTensors(*tensors_, *std::move(schema), std::move(output_.features));

  std::vector<std::string> sha256s;
  std::vector<DatasetPart> parts;
  IngestedDataset dataset;
  for (auto* writer : {&output_.features, &output_.labels, &output_.weights}) {
    if (*writer == nullptr) continue;
    absl::StatusOr<std::string> sha256 = (*writer)->Seal();
    if (!sha256.ok()) return sha256.status();
    const bool classes = writer == &output_.labels && task_ == Task::kClassification;
    parts.push_back({.sha256 = *sha256,
                     .size = (*writer)->size(),
                     .type = classes ? engine::ElementType::kInt32 : engine::ElementType::kFloat32});
    sha256s.push_back(*std::move(sha256));
    dataset.writers.push_back(std::move(*writer));
  }
  dataset.record = RecordOf(task_, *std::move(schema), parts, sha256s);
  return dataset;
}

absl::StatusOr<IngestedDataset> IngestTensors(TensorReader& reader, const std::string& path, BlobStore& blobs) {
  absl::StatusOr<TableSchema> schema = reader.Finish();
  if (!schema.ok()) return schema.status();
  auto writer = blobs.Link(path, {reader.InputSha256(), reader.layout().size});
  if (!writer.ok()) return writer.status();
  return OfTensors(reader, *std::move(schema), *std::move(writer));
}

}  // namespace traind
