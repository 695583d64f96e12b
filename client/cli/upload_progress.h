// How far an upload is, for a person.
#ifndef TRAIND_CLIENT_CLI_UPLOAD_PROGRESS_H_
#define TRAIND_CLIENT_CLI_UPLOAD_PROGRESS_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/time/time.h"

namespace traind::client {

// `512.0 MiB of 1.2 GiB  41%  230.1 MiB/s`; no speed before there is one.
std::string DescribeUpload(int64_t sent, int64_t size, double bytes_per_second);

// Draws that line over and over, a few times a second, if `draws`; otherwise it shows nothing.
class UploadProgress {
 public:
  UploadProgress(std::ostream& out, bool draws) : out_(out), draws_(draws) {}

  void Show(int64_t sent, int64_t size);
  // Wipes the line; call before anything else is written.
  void Close();

  int64_t sent() const { return sent_; }

 private:
  std::ostream& out_;
  const bool draws_;
  bool open_ = false;
  int64_t sent_ = 0;
  // Where the pace is measured from.
  int64_t first_ = -1;
  absl::Time start_;
  absl::Time drawn_ = absl::InfinitePast();
};

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_UPLOAD_PROGRESS_H_
