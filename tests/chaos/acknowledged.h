// What a server acknowledged, and whether it is still true.
#ifndef TRAIND_TESTS_CHAOS_ACKNOWLEDGED_H_
#define TRAIND_TESTS_CHAOS_ACKNOWLEDGED_H_

#include <cstdint>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "client/cpp/client.h"

namespace traind::chaos {

bool HasEnded(v1::TrainingJob::State state);
// `models/x` for `trainingJobs/x`.
std::string ModelOf(const std::string& job);

// Thread-safe.
class Acknowledged {
 public:
  // `reference`: what each kind of job has to give, see ReferenceWeights.
  explicit Acknowledged(std::map<uint64_t, std::string> reference) : reference_(std::move(reference)) {}

  // Said OK to: a dataset with this content, a job of this kind.
  void Dataset(const std::string& name, const std::string& sha256);
  void Job(const std::string& name, uint64_t kind);
  // A dataset or a job, whose model goes with it, is about to be deleted: it may be there or not.
  void Deleting(const std::string& name);
  // Said OK to the deletion of a dataset, a job or a model. The name is not used again.
  void Deleted(const std::string& name);
  // Seen in the log of a job. A test failure unless it is the event behind the last one seen, or equals the one seen
  // under its number.
  void Event(const std::string& job, const v1::TrainingEvent& event);
  // Answered a call with this, which nothing excuses: INTERNAL, UNKNOWN, DATA_LOSS. A test failure if so.
  static void Refusal(const std::string& call, const absl::Status& status);
  // Answered a call with this that nothing speaks against. A test failure unless it is OK, or cut off by the test's
  // end.
  static void Acceptance(const std::string& call, const absl::Status& status, const std::stop_token& stop);

  // Asks the server for everything acknowledged. A test failure for what is not there as it was said, and for what is
  // there though it was deleted.
  void CheckAll(const client::Client& client);
  // Resumes what is paused and waits for the end of every job, each as CheckEnd does.
  void CheckEnds(const client::Client& client);
  // Waits for the end of a job. A test failure unless it succeeded, with the weights of the reference and a log that
  // has no gap and no epoch twice. Calls are made again while there is no server, until it is time to stop.
  void CheckEnd(const client::Client& client, const std::string& name, const std::stop_token& stop = {});

  // A job to look at; empty if there is none. `choice` is any number.
  std::string SomeJob(uint64_t choice);
  // Acknowledged so far: datasets, jobs, and deletions of either or of models.
  int64_t datasets();
  int64_t jobs();
  int64_t deletions();
  // Jobs whose end was checked and that took more than one attempt.
  int64_t interrupted_jobs();

 private:
  struct JobState {
    uint64_t kind = 0;
    std::vector<std::string> log;  // the events as text
    bool ended = false;
    std::string weights_sha256;  // once it succeeded
  };

  void CheckJob(const v1::TrainingJob& job) ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsKept(const std::string& name) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::map<uint64_t, std::string> reference_;
  absl::Mutex mutex_;
  std::map<std::string, std::string> datasets_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, JobState> jobs_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> deleted_ ABSL_GUARDED_BY(mutex_);
  int64_t all_datasets_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t all_jobs_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t interrupted_jobs_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace traind::chaos

#endif  // TRAIND_TESTS_CHAOS_ACKNOWLEDGED_H_
