// What a server acknowledged, and whether it is still true.
#ifndef TRAIND_TESTS_CHAOS_ACKNOWLEDGED_H_
#define TRAIND_TESTS_CHAOS_ACKNOWLEDGED_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "client/cpp/client.h"

namespace traind::chaos {

// Thread-safe.
class Acknowledged {
 public:
  // Said OK to: a dataset with this content, a job (of which two with one `kind` are the same training).
  void Dataset(const std::string& name, const std::string& sha256);
  void Job(const std::string& name, const std::string& kind);
  // Seen in the log of a job. A test failure unless it is the event behind the last one seen, or equals the one seen
  // under its number.
  void Event(const std::string& job, const v1::TrainingEvent& event);
  // Answered a call with this, which nothing excuses: INTERNAL, UNKNOWN, DATA_LOSS. A test failure if so.
  static void Refusal(const std::string& call, const absl::Status& status);

  // Asks the server for everything acknowledged. A test failure for what is not there as it was said.
  void CheckAll(const client::Client& client);
  // Resumes what is paused and waits for the end of every job. A test failure for one that did not succeed, or whose
  // weights differ from those of another of its kind, and for a log that has a gap or an epoch twice.
  void CheckEnds(const client::Client& client);

  // A job to look at; empty if there is none. `choice` is any number.
  std::string SomeJob(uint64_t choice);
  // Jobs that had not ended when they were last seen.
  int64_t open_jobs();
  int64_t datasets();
  int64_t jobs();

 private:
  struct JobState {
    std::string kind;
    std::vector<std::string> log;  // the events, serialized
    bool ended = false;
    std::string weights_sha256;  // once it succeeded
  };

  void CheckJob(const v1::TrainingJob& job) ABSL_LOCKS_EXCLUDED(mutex_);

  absl::Mutex mutex_;
  std::map<std::string, std::string> datasets_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, JobState> jobs_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace traind::chaos

#endif  // TRAIND_TESTS_CHAOS_ACKNOWLEDGED_H_
