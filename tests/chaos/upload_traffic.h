// A client that uploads datasets and deletes them again.
#ifndef TRAIND_TESTS_CHAOS_UPLOAD_TRAFFIC_H_
#define TRAIND_TESTS_CHAOS_UPLOAD_TRAFFIC_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <random>
#include <stop_token>
#include <string>

#include "client/cpp/client.h"
#include "tests/chaos/acknowledged.h"

namespace traind::chaos {

// Tensors and CSVs in turns. Every second dataset is one of megabytes that takes its time, so that it is under way at
// most moments. Of half of these the client itself breaks off each stream after some chunks and goes on in another,
// where the server has got to.
class UploadTraffic {
 public:
  // At most `kept` datasets stay.
  UploadTraffic(std::string address, uint64_t seed, int64_t kept, Acknowledged& acknowledged);

  // Until it is time to stop.
  void Run(const std::stop_token& stop);

  // Any thread may ask the rest.

  // Whether some of a dataset of megabytes is sent, and some not yet.
  bool is_midway() const { return is_midway_; }
  // Whether a CSV of megabytes is all sent, and the server reads it into its numbers.
  bool is_reading_csv() const { return is_reading_csv_; }
  // Streams that the server's end cut off amid an upload.
  int64_t cut_off() const { return cut_off_; }
  // Streams that went on past the first byte, after that or after the client had broken off.
  int64_t went_on() const { return went_on_; }

 private:
  // `what` lacks the names and the size.
  void Upload(const std::stop_token& stop, v1::CreateUploadRequest what, const std::string& id,
              const std::string& bytes, bool breaks_off);
  absl::StatusOr<v1::Dataset> UploadOnce(const std::stop_token& stop, const v1::CreateUploadRequest& request,
                                         const std::string& bytes, bool breaks_off);
  void DeleteOldest(const std::stop_token& stop);

  const client::Client client_;
  const uint64_t seed_;
  const int64_t kept_;
  Acknowledged& acknowledged_;
  std::mt19937_64 random_;
  std::deque<std::string> names_;  // of those that are there, the oldest first
  std::atomic<bool> is_midway_ = false;
  std::atomic<bool> is_reading_csv_ = false;
  std::atomic<int64_t> cut_off_ = 0;
  std::atomic<int64_t> went_on_ = 0;
};

}  // namespace traind::chaos

#endif  // TRAIND_TESTS_CHAOS_UPLOAD_TRAFFIC_H_
