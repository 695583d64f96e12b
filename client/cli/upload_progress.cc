#include "client/cli/upload_progress.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cli/output.h"

namespace traind::client {

std::string DescribeUpload(int64_t sent, int64_t size, double bytes_per_second) {
  std::string text = absl::StrCat(FormatBytes(sent), " of ", FormatBytes(size), "  ", sent * 100 / size, "%");
  if (bytes_per_second > 0) absl::StrAppend(&text, "  ", FormatBytes(static_cast<int64_t>(bytes_per_second)), "/s");
  return text;
}

void UploadProgress::Show(int64_t sent, int64_t size) {
  sent_ = sent;
  if (!draws_) return;
  const absl::Time now = absl::Now();
  if (first_ < 0 || sent < first_) {
    first_ = sent;
    start_ = now;
  }
  if (now - drawn_ < absl::Milliseconds(200)) return;
  drawn_ = now;
  const double seconds = absl::ToDoubleSeconds(now - start_);
  out_ << "\r" << DescribeUpload(sent, size, seconds > 0 ? static_cast<double>(sent - first_) / seconds : 0) << "\x1b[K"
       << std::flush;
  open_ = true;
}

void UploadProgress::Close() {
  if (open_) out_ << "\r\x1b[K" << std::flush;
  open_ = false;
}

}  // namespace traind::client
