#include "client/cli/npy_table.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace traind::client {
namespace {

absl::Status Fault(const NpyArray& array, absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat(array.path(), " ", text));
}

std::string ShapeOf(const NpyArray& array) {
  return absl::StrCat("has shape (", absl::StrJoin(array.header().shape, ", "), ")");
}

bool IsInteger(v1::Dataset::ElementType type) { return type != v1::Dataset::FLOAT32 && type != v1::Dataset::FLOAT64; }

int64_t IntegerAt(const NpyArray& array, int64_t index) {
  const char* const bytes = array.bytes().data() + index * SizeOf(array.header().type);
  if (array.header().type == v1::Dataset::UINT8) return static_cast<unsigned char>(*bytes);
  if (array.header().type == v1::Dataset::INT32) {
    int32_t number;
    std::memcpy(&number, bytes, sizeof(number));
    return number;
  }
  int64_t number;
  std::memcpy(&number, bytes, sizeof(number));
  return number;
}

// One more than the largest label.
absl::StatusOr<int64_t> CountClasses(const NpyArray& labels, int64_t rows) {
  constexpr int64_t kMostClasses = 65'536;
  int64_t largest = 0;
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t label = IntegerAt(labels, row);
    if (label < 0 || label >= kMostClasses) {
      return Fault(labels, absl::StrCat("has the label ", label, " in row ", row + 1, "; must be 0 to ",
                                        kMostClasses - 1, ", or is it a --task regression?"));
    }
    largest = std::max(largest, label);
  }
  if (largest == 0) return Fault(labels, "has the label 0 in every row; a classification needs at least two classes");
  return largest + 1;
}

}  // namespace

absl::StatusOr<std::unique_ptr<NpyArray>> NpyArray::Open(const std::string& path) {
  auto array = absl::WrapUnique(new NpyArray(path));
  const auto fail = [&] { return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path)); };
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail();
  struct stat status;
  absl::Status mapped;
  if (fstat(descriptor, &status) != 0) {
    mapped = fail();
  } else if (!S_ISREG(status.st_mode) || status.st_size == 0) {
    mapped = Fault(*array, "is no .npy file; save one with np.save(path, array)");
  } else {
    void* const address = mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ, MAP_SHARED, descriptor, 0);
    if (address == MAP_FAILED) {
      mapped = fail();
    } else {
      array->address_ = address;
      array->size_ = status.st_size;
    }
  }
  close(descriptor);
  if (!mapped.ok()) return mapped;
  absl::StatusOr<NpyHeader> header =
      ParseNpyHeader({static_cast<const char*>(array->address_), static_cast<size_t>(array->size_)});
  if (!header.ok()) return Fault(*array, header.status().message());
  array->header_ = *std::move(header);
  if (const int64_t bytes = array->size_ - array->header_.data_offset; bytes != array->header_.data_bytes) {
    return Fault(*array, absl::StrCat("holds ", bytes, " bytes of numbers where its header says ",
                                      array->header_.data_bytes, ": it is cut off or damaged"));
  }
  return array;
}

NpyArray::~NpyArray() {
  if (address_ != nullptr) munmap(address_, static_cast<size_t>(size_));
}

absl::string_view NpyArray::bytes() const {
  return {static_cast<const char*>(address_) + header_.data_offset, static_cast<size_t>(header_.data_bytes)};
}

absl::StatusOr<NpyTable> NpyTable::Open(const Paths& paths, v1::Dataset::Task task) {
  NpyTable table;
  for (const std::string* path : {&paths.features, &paths.labels, &paths.weights}) {
    if (path->empty()) continue;
    absl::StatusOr<std::unique_ptr<NpyArray>> array = NpyArray::Open(*path);
    if (!array.ok()) return array.status();
    table.Add(*std::move(array));
  }
  if (absl::Status status = table.Check(task); !status.ok()) return status;
  return table;
}

void NpyTable::Add(std::unique_ptr<NpyArray> array) {
  const int64_t element = SizeOf(array->header().type);
  const int64_t offset = (size_ + element - 1) / element * element;
  size_ = offset + array->header().data_bytes;
  parts_.push_back({offset, std::move(array)});
}

absl::Status NpyTable::Check(v1::Dataset::Task task) {
  const NpyArray& features = *parts_[0].array;
  const NpyArray& labels = *parts_[1].array;
  const std::vector<int64_t>& shape = features.header().shape;
  if (shape.size() != 2) {
    return Fault(features, absl::StrCat(ShapeOf(features), "; features are rows of numbers: save array.reshape(",
                                        shape.size() < 2 ? "-1, 1" : "len(array), -1", ")"));
  }
  format_.set_task(task);
  v1::Tensors& tensors = *format_.mutable_tensors();
  tensors.set_row_count(shape[0]);
  tensors.set_feature_count(shape[1]);
  tensors.set_feature_type(features.header().type);
  tensors.set_label_type(labels.header().type);
  for (const Part& part : parts_) {
    const std::vector<int64_t>& other = part.array->header().shape;
    if (other.empty() || other[0] != shape[0]) {
      return Fault(*part.array, absl::StrCat(ShapeOf(*part.array), "; ", features.path(), " has ", shape[0], " rows"));
    }
  }
  const std::vector<int64_t>& label_shape = labels.header().shape;
  const int64_t width = label_shape.size() == 1 ? 1 : label_shape[1];
  if (task == v1::Dataset::CLASSIFICATION) {
    if (label_shape.size() > 2 || width != 1) {
      return Fault(labels, absl::StrCat(ShapeOf(labels),
                                        "; the labels of a classification are one number a row, the "
                                        "index of its class"));
    }
    if (!IsInteger(labels.header().type)) {
      return Fault(labels,
                   "holds fractions; the labels of a classification are whole numbers: save "
                   "array.astype('int32'), or is it a --task regression?");
    }
    absl::StatusOr<int64_t> classes = CountClasses(labels, shape[0]);
    if (!classes.ok()) return classes.status();
    tensors.set_class_count(static_cast<int32_t>(*classes));
  } else {
    if (label_shape.size() > 2 || width > 65'536) {
      return Fault(labels, absl::StrCat(ShapeOf(labels), "; must be one number a row, or rows of at most 65536"));
    }
    tensors.set_target_count(static_cast<int32_t>(width));
  }
  if (parts_.size() == 3) {
    const NpyArray& weights = *parts_[2].array;
    if (weights.header().shape.size() != 1) {
      return Fault(weights, absl::StrCat(ShapeOf(weights), "; weights are one number a row: save array.reshape(-1)"));
    }
    if (IsInteger(weights.header().type)) return Fault(weights, "holds whole numbers; save array.astype('float32')");
    tensors.set_has_weights(true);
    tensors.set_weight_type(weights.header().type);
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> NpyTable::Read(int64_t offset, absl::Span<char> span) const {
  for (const Part& part : parts_) {
    if (offset < part.offset) {
      const size_t zeros = std::min(span.size(), static_cast<size_t>(part.offset - offset));
      std::fill_n(span.begin(), zeros, '\0');
      return zeros;
    }
    const absl::string_view bytes = part.array->bytes();
    const int64_t end = part.offset + static_cast<int64_t>(bytes.size());
    if (offset < end) return bytes.copy(span.data(), span.size(), static_cast<size_t>(offset - part.offset));
  }
  return size_t{0};
}

}  // namespace traind::client
