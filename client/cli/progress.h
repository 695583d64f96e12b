// A job's events as progress that a person can follow.
#ifndef TRAIND_CLIENT_CLI_PROGRESS_H_
#define TRAIND_CLIENT_CLI_PROGRESS_H_

#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include "absl/time/time.h"
#include "client/cli/terminal.h"
#include "traind/v1/training_job.pb.h"

namespace traind::client {

// One line with a bar, at most `width` characters: the epoch, the bar, the share done, loss, accuracy, val_accuracy (or
// else val_loss), samples/s and the time left. What does not fit is left out, the least interesting first.
std::string ProgressBar(const v1::TrainingProgress& progress, std::optional<absl::Duration> left, int width,
                        const Terminal& terminal);

// One line of text: the epoch, all metrics, samples/s and the time left.
std::string ProgressLine(const v1::TrainingProgress& progress, std::optional<absl::Duration> left);

// Shows events as they come. On a terminal one bar is drawn over and over; elsewhere every epoch is a line, but those
// that ended less than 50 ms after the last one shown are left out; the last epoch is shown by Close.
class ProgressDisplay {
 public:
  // `width` tells the columns of the terminal.
  ProgressDisplay(std::ostream& out, Terminal terminal, std::function<int()> width);

  void Show(const v1::TrainingEvent& event);

  // Ends the line of the bar, or shows the last epoch if it was left out; call before anything else is written.
  void Close();

 private:
  void ShowProgress(const v1::TrainingProgress& progress, absl::Time time, bool epoch_ended);
  void ShowState(v1::TrainingJob::State state, absl::Time time);
  std::optional<absl::Duration> TimeLeft(const v1::TrainingProgress& progress, absl::Time time);

  std::ostream& out_;
  const Terminal terminal_;
  const std::function<int()> width_;
  bool bar_open_ = false;
  // The line of the latest epoch, if it came too soon after the one before; Close prints it.
  std::string held_back_;
  absl::Time last_line_ = absl::InfinitePast();
  // Where the pace is measured from: the start of the run, or the first progress seen.
  absl::Time pace_time_ = absl::InfinitePast();
  int64_t pace_step_ = 0;
};

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_PROGRESS_H_
