// A traind of its own, in a process of its own, with the digits in it: what the benchmarks of the service ask of it.
#ifndef TRAIND_TESTS_BENCHMARKS_DIGITS_SERVICE_H_
#define TRAIND_TESTS_BENCHMARKS_DIGITS_SERVICE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/cpp/client.h"
#include "tests/integration/traind_process.h"

namespace traind {

class DigitsService {
 public:
  // Starts on `data_dir` and uploads `datasets/digits` if it is not there.
  explicit DigitsService(const std::string& data_dir, const std::vector<std::string>& flags = {});

  // OK if the data is there; nothing else is worth calling if not.
  const absl::Status& status() const { return status_; }

  const client::Client& client() const { return client_; }
  const TraindProcess& process() const { return process_; }
  // From the start of the process until it says that it is ready.
  absl::Duration start_time() const { return start_time_; }
  // Of the server, from the kernel, in MB of a million bytes.
  double resident_megabytes() const;

  // The job of examples/digits.json with another number of epochs, under a name that the server makes.
  static v1::CreateTrainingJobRequest Job(int epochs);
  // Follows a job to its end. Its last state; an error if it did not succeed.
  absl::Status WaitForSuccess(const std::string& name) const;
  // Seconds in the training loop of one job of so many epochs, as its result says.
  absl::StatusOr<double> Train(int epochs) const;

 private:
  const absl::Time start_;
  TraindProcess process_;
  const absl::Duration start_time_;
  client::Client client_;
  absl::Status status_;
};

}  // namespace traind

#endif  // TRAIND_TESTS_BENCHMARKS_DIGITS_SERVICE_H_
