#include "server/datasets/stored_dataset.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/datasets/validation_match.h"

namespace traind {
namespace {

bool Holds(const DatasetPart& part, int64_t numbers) {
  const int64_t element = engine::SizeOf(part.type);
  return part.size == numbers * element && part.offset >= 0 && part.offset % element == 0;
}

}  // namespace

std::vector<engine::ColumnShape> ColumnShapes(const std::vector<Column>& columns,
                                              const std::vector<std::string>& feature_names) {
  std::vector<engine::ColumnShape> shapes;
  for (const Column& column : columns) {
    if (column.kind != ColumnKind::kNumeric && column.kind != ColumnKind::kCategorical) continue;
    shapes.push_back({.name = column.name,
                      .categories = static_cast<int64_t>(column.categories.size()),
                      .has_missing = column.statistics.missing > 0});
  }
  if (!columns.empty()) return shapes;
  for (const std::string& name : feature_names) shapes.push_back({.name = name});
  return shapes;
}

engine::DatasetShape ShapeOf(const DatasetRecord& record) {
  const bool classes = record.task == Task::kClassification;
  return {.rows = record.rows,
          .features = record.features,
          .classes = static_cast<int64_t>(record.class_names.size()),
          .targets = classes ? 1 : static_cast<int64_t>(record.target_names.size()),
          .class_names = record.class_names,
          .columns = ColumnShapes(record.columns, record.feature_names)};
}

absl::StatusOr<std::unique_ptr<const StoredDataset>> StoredDataset::Open(const DatasetRecord& record, BlobStore& blobs,
                                                                         const std::stop_token& stop) {
  return Map(record, blobs, stop);
}

absl::StatusOr<std::unique_ptr<const StoredDataset>> StoredDataset::OpenFor(const std::vector<std::string>& class_names,
                                                                            const std::vector<Column>& columns,
                                                                            const DatasetRecord& record,
                                                                            BlobStore& blobs,
                                                                            const std::stop_token& stop) {
  const auto indices = ClassIndices(record.class_names, class_names);
  if (!indices.ok()) return indices.status();
  absl::StatusOr<std::unique_ptr<StoredDataset>> mapped = Map(record, blobs, stop);
  if (!mapped.ok()) return mapped;
  (*mapped)->Recode(columns, record.columns);
  if (record.task == Task::kRegression) return mapped;
  StoredDataset& dataset = **mapped;
  engine::DatasetView& view = dataset.view_;
  view.shape.classes = static_cast<int64_t>(class_names.size());
  view.shape.class_names = class_names;
  if (std::equal(record.class_names.begin(), record.class_names.end(), class_names.begin())) return mapped;
  dataset.renumbered_.resize(view.shape.rows);
  for (int64_t row = 0; row < view.shape.rows; ++row) {
    dataset.renumbered_[row] = (*indices)[view.classes.ClassOf(row)];
  }
  view.classes = dataset.renumbered_.data();
  return mapped;
}

void StoredDataset::Recode(const std::vector<Column>& known, const std::vector<Column>& own) {
  const auto categories_of = [](const std::vector<Column>& columns) {
    std::vector<const std::vector<std::string>*> categories;
    for (const Column& column : columns) {
      if (column.kind == ColumnKind::kNumeric || column.kind == ColumnKind::kCategorical) {
        categories.push_back(&column.categories);
      }
    }
    return categories;
  };
  const auto from = categories_of(own);
  const auto to = categories_of(known);
  recoding_.resize(from.size());
  for (size_t i = 0; i < from.size() && i < to.size(); ++i) {
    if (*from[i] == *to[i]) continue;
    view_.recoding = &recoding_;
    for (const std::string& category : *from[i]) {
      const auto place = std::ranges::lower_bound(*to[i], category);
      const bool known_there = place != to[i]->end() && *place == category;
      recoding_[i].push_back(known_there ? static_cast<int32_t>(place - to[i]->begin()) : -1);
    }
  }
}

absl::StatusOr<std::unique_ptr<StoredDataset>> StoredDataset::Map(const DatasetRecord& record, BlobStore& blobs,
                                                                  const std::stop_token& stop) {
  engine::DatasetShape shape = ShapeOf(record);
  const bool classes = record.task == Task::kClassification;
  if (!Holds(record.feature_part, shape.rows * shape.features) ||
      !Holds(record.label_part, shape.rows * shape.targets) ||
      (classes && !engine::IsInteger(record.label_part.type)) ||
      (record.weight_part && !Holds(*record.weight_part, shape.rows))) {
    return absl::DataLossError(
        absl::StrCat("datasets/", record.id, " has ", record.feature_part.size, ", ", record.label_part.size, " and ",
                     record.weight_part ? record.weight_part->size : 0, " bytes stored, which ", shape.rows,
                     " rows of ", shape.features, " features, ", shape.targets, " labels and ",
                     record.weight_part ? "a weight" : "no weight", " do not come to; upload it again"));
  }
  std::unique_ptr<StoredDataset> dataset(new StoredDataset);
  const std::vector<BlobInfo> infos = BlobsOf(record);
  for (const BlobInfo& info : infos) {
    absl::StatusOr<std::unique_ptr<MappedFile>> blob = blobs.Map(info, stop);
    if (!blob.ok()) return blob.status();
    dataset->blobs_.push_back(*std::move(blob));
  }
  const auto numbers = [&](const DatasetPart& part) {
    const auto blob = std::ranges::find(infos, part.sha256, &BlobInfo::sha256) - infos.begin();
    return engine::Numbers(part.type, dataset->blobs_[blob]->bytes().data() + part.offset);
  };
  dataset->view_.shape = std::move(shape);
  dataset->view_.features = numbers(record.feature_part);
  (classes ? dataset->view_.classes : dataset->view_.targets) = numbers(record.label_part);
  if (record.weight_part) dataset->view_.weights = numbers(*record.weight_part);
  return dataset;
}

}  // namespace traind
