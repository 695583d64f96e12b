// A server under abuse, and a client beside it that behaves and wants to be served all the while.
#ifndef TRAIND_TESTS_ABUSE_ABUSED_SERVER_H_
#define TRAIND_TESTS_ABUSE_ABUSED_SERVER_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/integration/service_stubs.h"
#include "tests/integration/traind_process.h"

namespace traind::abuse {

// What a well-behaved client saw: how long each of its calls took, and the failures.
struct Service {
  std::vector<absl::Duration> latencies;
  std::vector<std::string> failures;

  absl::Duration Percentile(double share) const;
};

class AbusedServer : public ::testing::Test {
 protected:
  explicit AbusedServer(std::vector<std::string> flags = {});

  // `most` in full, a tenth of it in the short form.
  static int Scaled(int most);

  // Does `abuse` while a client on a connection of its own asks for a dataset and a job, lists jobs, creates a
  // dataset and deletes it, over and over. A failure if one of its calls fails, or if the server's memory grows by more
  // than `memory_mb`. Prints its latencies beside those of the same client on the idle server, before.
  void Endure(const std::string& name, int64_t memory_mb, const std::function<void()>& abuse);

  // After the abuse: a new client trains a job, no descriptor and no thread is left over, a stop is clean.
  void ExpectWell();

  TraindProcess& server() { return server_; }
  int64_t Descriptors() const;  // that the server has open

 private:
  Service Ask(const std::function<void()>& meanwhile);
  int64_t AnonymousMemory() const;  // MiB
  int64_t Threads() const;

  TemporaryFolder folder_;
  TraindProcess server_;
  int64_t descriptors_ = 0;  // before the abuse
  int64_t threads_ = 0;
};

}  // namespace traind::abuse

#endif  // TRAIND_TESTS_ABUSE_ABUSED_SERVER_H_
