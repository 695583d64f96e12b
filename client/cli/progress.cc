#include "client/cli/progress.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/output.h"
#include "client/cli/table.h"

namespace traind::client {
namespace {

constexpr absl::Duration kBetweenLines = absl::Milliseconds(50);
constexpr int kNarrowestBar = 10;
constexpr int kWidestBar = 30;

std::string Epoch(const v1::TrainingProgress& progress) {
  std::string epochs = absl::StrCat(progress.epochs());
  return absl::StrFormat("epoch %*d/%s", static_cast<int>(epochs.size()), progress.epoch(), epochs);
}

// `850ms`, `12s`, `3m20s`, `2h5m`.
std::string Left(absl::Duration left) {
  if (left < absl::Seconds(1)) return absl::StrCat(absl::ToInt64Milliseconds(left), "ms left");
  left = absl::Trunc(left, left < absl::Hours(1) ? absl::Seconds(1) : absl::Minutes(1));
  return absl::StrCat(absl::FormatDuration(left), " left");
}

double Share(const v1::TrainingProgress& progress) {
  if (progress.steps() <= 0) return 0;
  return std::clamp(static_cast<double>(progress.step()) / static_cast<double>(progress.steps()), 0.0, 1.0);
}

std::string Bar(double share, int width, const Terminal& terminal) {
  int eighths = static_cast<int>(std::lround(share * width * 8));
  std::string bar;
  if (terminal.utf8) {
    static constexpr const char* kParts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    for (int i = 0; i < eighths / 8; ++i) bar += "█";
    bar += kParts[eighths % 8];
    bar.append(width - (eighths + 7) / 8, ' ');
  } else {
    bar.append(eighths / 8, '#').append(width - eighths / 8, ' ');
  }
  if (terminal.color) bar = "\x1b[32m" + bar + "\x1b[0m";
  return terminal.utf8 ? "▕" + bar + "▏" : "[" + bar + "]";
}

}  // namespace

std::string ProgressBar(const v1::TrainingProgress& progress, std::optional<absl::Duration> left, int width,
                        const Terminal& terminal) {
  struct Item {
    std::string text;
    int interest;
  };
  std::vector<Item> items;
  auto add = [&](const char* metric, int interest) {
    auto found = progress.metrics().find(metric);
    if (found != progress.metrics().end()) {
      items.push_back({absl::StrCat(metric, " ", FormatMetric(found->second)), interest});
    }
  };
  add("loss", 5);
  add("accuracy", 3);
  add(progress.metrics().contains("val_accuracy") ? "val_accuracy" : "val_loss", 2);
  if (progress.samples_per_second() > 0) {
    items.push_back({absl::StrCat(FormatRate(progress.samples_per_second()), " samples/s"), 1});
  }
  if (left) items.push_back({Left(*left), 4});

  std::string head = Epoch(progress);
  std::string percent = absl::StrFormat("%3d%%", static_cast<int>(Share(progress) * 100));
  // Space, bar with its two ends, space.
  auto room = [&] {
    size_t taken = head.size() + percent.size() + 4;
    for (const Item& item : items) taken += 2 + item.text.size();
    return width - static_cast<int>(taken);
  };
  while (!items.empty() && room() < kNarrowestBar) {
    items.erase(std::min_element(items.begin(), items.end(),
                                 [](const Item& a, const Item& b) { return a.interest < b.interest; }));
  }
  if (room() < 1) return head.substr(0, std::max(width, 0));
  std::string line = head + " " + Bar(Share(progress), std::min(room(), kWidestBar), terminal) + " " + percent;
  for (const Item& item : items) line += "  " + item.text;
  return line;
}

std::string ProgressLine(const v1::TrainingProgress& progress, std::optional<absl::Duration> left) {
  std::string line = Epoch(progress);
  for (const auto& [name, value] : InOrder(progress.metrics())) {
    absl::StrAppend(&line, "  ", Printable(name), " ", FormatMetric(value));
  }
  if (progress.samples_per_second() > 0) {
    absl::StrAppend(&line, "  ", FormatRate(progress.samples_per_second()), " samples/s");
  }
  if (left) absl::StrAppend(&line, "  ", Left(*left));
  return line;
}

ProgressDisplay::ProgressDisplay(std::ostream& out, Terminal terminal, std::function<int()> width)
    : out_(out), terminal_(terminal), width_(std::move(width)) {}

void ProgressDisplay::Show(const v1::TrainingEvent& event) {
  absl::Time time = absl::FromUnixSeconds(event.event_time().seconds()) + absl::Nanoseconds(event.event_time().nanos());
  if (event.has_state_changed()) ShowState(event.state_changed().state(), time);
  if (event.has_progressed()) ShowProgress(event.progressed().progress(), time, false);
  if (event.has_epoch_ended()) ShowProgress(event.epoch_ended().progress(), time, true);
}

void ProgressDisplay::Close() {
  if (bar_open_ || !held_back_.empty()) out_ << std::exchange(held_back_, "") << std::endl;
  bar_open_ = false;
}

void ProgressDisplay::ShowState(v1::TrainingJob::State state, absl::Time time) {
  pace_time_ = state == v1::TrainingJob::RUNNING ? time : absl::InfinitePast();
  pace_step_ = 0;
  // A job that ended gets a summary.
  bool ended =
      state == v1::TrainingJob::SUCCEEDED || state == v1::TrainingJob::FAILED || state == v1::TrainingJob::CANCELLED;
  if (ended) return;
  Close();
  out_ << v1::TrainingJob::State_Name(state) << std::endl;
}

std::optional<absl::Duration> ProgressDisplay::TimeLeft(const v1::TrainingProgress& progress, absl::Time time) {
  if (pace_time_ == absl::InfinitePast()) {
    pace_time_ = time;
    pace_step_ = progress.step();
  }
  int64_t done = progress.step() - pace_step_;
  int64_t rest = progress.steps() - progress.step();
  if (done <= 0 || rest <= 0) return std::nullopt;
  return (time - pace_time_) * (static_cast<double>(rest) / static_cast<double>(done));
}

void ProgressDisplay::ShowProgress(const v1::TrainingProgress& progress, absl::Time time, bool epoch_ended) {
  std::optional<absl::Duration> left = TimeLeft(progress, time);
  if (terminal_.redraws) {
    // The last column stays free: some terminals wrap when it is written.
    out_ << "\r" << ProgressBar(progress, left, width_() - 1, terminal_) << "\x1b[K" << std::flush;
    bar_open_ = true;
    return;
  }
  if (!epoch_ended) return;
  // Whether an epoch is the last is known only at the end: a training may end early.
  if (time - last_line_ < kBetweenLines) {
    held_back_ = ProgressLine(progress, std::nullopt);
    return;
  }
  held_back_.clear();
  last_line_ = time;
  out_ << ProgressLine(progress, left) << std::endl;
}

}  // namespace traind::client
