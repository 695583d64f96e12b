#include "client/cli/profile_table.h"

#include "absl/strings/str_format.h"
#include "client/cli/table.h"

namespace traind::client {

void PrintProfile(std::ostream& out, const v1::TrainingResult& result) {
  if (result.profile().empty()) return;
  Table table({{"PHASE"}, {"SECONDS", true}, {"SHARE", true}});
  for (const v1::PhaseTime& time : result.profile()) {
    table.Add({time.phase(), absl::StrFormat("%.3f", time.seconds()), absl::StrFormat("%.1f%%", 100 * time.share())});
  }
  out << "\n";
  table.Print(out);
}

}  // namespace traind::client
