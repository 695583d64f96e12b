#include "tests/chaos/upload_traffic.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/chaos/until_answered.h"

namespace traind::chaos {
namespace {

constexpr int64_t kFeatures = 2;
constexpr int64_t kRowBytes = (kFeatures + 1) * sizeof(float);
constexpr int64_t kChunkBytes = 1 << 20;  // the client's

// Features and a target a row.
std::string TensorBytes(std::mt19937_64& random, int64_t rows) {
  std::vector<float> numbers(static_cast<size_t>(rows * kRowBytes) / sizeof(float));
  std::ranges::generate(numbers, [&] { return static_cast<float>(random() % 1000) / 1000; });
  std::string bytes(numbers.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

// The same as text.
std::string CsvText(std::mt19937_64& random, int64_t rows) {
  std::string text = "a,b,y\n";
  for (int64_t row = 0; row < rows; ++row) {
    absl::StrAppend(&text, random() % 1000, ".5,", random() % 1000, ",", random() % 10, "\n");
  }
  return text;
}

}  // namespace

UploadTraffic::UploadTraffic(std::string address, uint64_t seed, int64_t kept, Acknowledged& acknowledged)
    : client_(client::Client::Connect(address)), seed_(seed), kept_(kept), acknowledged_(acknowledged), random_(seed) {}

void UploadTraffic::Run(const std::stop_token& stop) {
  for (int64_t i = 0; !stop.stop_requested(); ++i) {
    const int64_t rows = i % 2 == 0 ? int64_t{1} << (4 + random_() % 10) : 200'000 + random_() % 800'000;
    v1::CreateUploadRequest what;
    what.mutable_format()->set_task(v1::Dataset::REGRESSION);
    std::string bytes;
    if (i % 3 == 0) {
      what.mutable_format()->mutable_csv()->set_label_column("y");
      bytes = CsvText(random_, rows);
    } else {
      what.mutable_format()->mutable_tensors()->set_row_count(rows);
      what.mutable_format()->mutable_tensors()->set_feature_count(kFeatures);
      bytes = TensorBytes(random_, rows);
    }
    Upload(stop, std::move(what), absl::StrCat("d", seed_, "-", i), bytes, i % 4 == 1);
    if (static_cast<int64_t>(names_.size()) > kept_) DeleteOldest(stop);
    absl::SleepFor(absl::Milliseconds(random_() % 30));
  }
}

void UploadTraffic::Upload(const std::stop_token& stop, v1::CreateUploadRequest what, const std::string& id,
                           const std::string& bytes, bool breaks_off) {
  what.set_dataset_id(id);
  what.set_request_id(id);
  what.set_size_bytes(static_cast<int64_t>(bytes.size()));
  const auto dataset = UntilAnswered(stop, [&] { return UploadOnce(stop, what, bytes, breaks_off); });
  is_reading_csv_ = false;
  Acknowledged::Acceptance("UploadDataset", dataset.status(), stop);
  if (!dataset.ok()) return;
  acknowledged_.Dataset(dataset->name(), dataset->sha256());
  names_.push_back(dataset->name());
}

// What is cancelled here goes on when it is called again.
absl::StatusOr<v1::Dataset> UploadTraffic::UploadOnce(const std::stop_token& stop,
                                                      const v1::CreateUploadRequest& request, const std::string& bytes,
                                                      bool breaks_off) {
  const auto size = static_cast<int64_t>(bytes.size());
  int64_t break_off_at = size;
  int64_t last = -1;
  client::UploadOptions options;
  options.stop = stop;
  options.last_backoff = absl::Milliseconds(100);
  options.on_progress = [&](int64_t sent, int64_t) {
    // Within a stream it only grows.
    cut_off_ += sent < last;
    if (sent < last || last < 0) {
      went_on_ += sent > 0 && sent < size;
      if (breaks_off) break_off_at = sent + (1 + static_cast<int64_t>(random_() % 4)) * kChunkBytes;
    }
    last = sent;
    is_midway_ = sent > 0 && size - sent >= kChunkBytes;
    is_reading_csv_ = sent == size && size > kChunkBytes && request.format().has_csv();
  };
  const auto source = [&](int64_t offset, absl::Span<char> span) -> absl::StatusOr<size_t> {
    if (offset >= break_off_at && offset < size) return absl::CancelledError("the client breaks off");
    // What is only read again for the hash of it all is not waited for.
    if (size > kChunkBytes && offset >= last) absl::SleepFor(absl::Milliseconds(random_() % 100));
    return bytes.copy(span.data(), span.size(), static_cast<size_t>(offset));
  };
  return client_.UploadDataset(request, source, options);
}

void UploadTraffic::DeleteOldest(const std::stop_token& stop) {
  const std::string name = std::move(names_.front());
  names_.pop_front();
  acknowledged_.Deleting(name);
  const absl::Status status = UntilGone(stop, [&] { return client_.DeleteDataset(name); });
  if (status.ok()) acknowledged_.Deleted(name);
  Acknowledged::Acceptance("DeleteDataset", status, stop);
}

}  // namespace traind::chaos
