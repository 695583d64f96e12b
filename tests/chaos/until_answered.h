// Calls that outlast the end of the server.
#ifndef TRAIND_TESTS_CHAOS_UNTIL_ANSWERED_H_
#define TRAIND_TESTS_CHAOS_UNTIL_ANSWERED_H_

#include <stop_token>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace traind::chaos {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& answer) {
  return answer.status();
}

inline bool ServerIsGone(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsCancelled(status) || absl::IsDeadlineExceeded(status);
}

// Makes `call` until it is answered, for good or bad, or it is time to stop.
template <typename Call>
auto UntilAnswered(const std::stop_token& stop, Call call) {
  while (true) {
    auto answer = call();
    if (!ServerIsGone(StatusOf(answer)) || stop.stop_requested()) return answer;
    absl::SleepFor(absl::Milliseconds(20));
  }
}

// The same for a call that deletes: the answer to an earlier try may have been lost, and then there is nothing left.
template <typename Call>
absl::Status UntilGone(const std::stop_token& stop, Call call) {
  bool again = false;
  return UntilAnswered(stop, [&] {
    absl::Status status = call();
    if (again && absl::IsNotFound(status)) status = absl::OkStatus();
    again = true;
    return status;
  });
}

}  // namespace traind::chaos

#endif  // TRAIND_TESTS_CHAOS_UNTIL_ANSWERED_H_
