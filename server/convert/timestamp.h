// absl::Time -> google.protobuf.Timestamp.
#ifndef TRAIND_SERVER_CONVERT_TIMESTAMP_H_
#define TRAIND_SERVER_CONVERT_TIMESTAMP_H_

#include <google/protobuf/timestamp.pb.h>

#include "absl/time/time.h"

namespace traind {

inline google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_TIMESTAMP_H_
