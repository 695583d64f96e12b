// Where the time of a training went, for people.
#ifndef TRAIND_CLIENT_CLI_PROFILE_TABLE_H_
#define TRAIND_CLIENT_CLI_PROFILE_TABLE_H_

#include <ostream>

#include "traind/v1/training_job.pb.h"

namespace traind::client {

// After an empty line, a line a phase with its seconds and its share. Nothing where no profile was asked for.
void PrintProfile(std::ostream& out, const v1::TrainingResult& result);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_PROFILE_TABLE_H_
