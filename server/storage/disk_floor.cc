#include "server/storage/disk_floor.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/errors/errors.h"

namespace traind {

absl::Status DiskFloor::Check(int64_t more, int64_t promised) const {
  if (least_ == 0) return absl::OkStatus();
  const absl::StatusOr<int64_t> free = files_.FreeBytes(path_);
  if (!free.ok()) return free.status();
  if (more <= *free - least_ - promised) return absl::OkStatus();
  const std::string others =
      promised == 0 ? "" : absl::StrCat(" and ", promised >> 20, " MiB are still to come of uploads under way");
  return WithRetryDelay(
      WithReason(
          absl::ResourceExhaustedError(absl::StrCat("the disk of ", path_, " has ", *free >> 20, " MiB free, of which ",
                                                    least_ >> 20, " MiB stay free (--min_free_disk_mb)", others, ": ",
                                                    more, " bytes do not fit; delete datasets or enlarge the disk")),
          "DISK_FULL", {{"free_bytes", absl::StrCat(*free)}, {"least_free_bytes", absl::StrCat(least_)}}),
      absl::Seconds(60));
}

}  // namespace traind
