// Enums as the database spells them: the names of the wire contract.
#ifndef TRAIND_SERVER_STORAGE_ENUM_NAMES_H_
#define TRAIND_SERVER_STORAGE_ENUM_NAMES_H_

#include <string>

#include "server/storage/records.h"

namespace traind {

std::string Name(Task task);
std::string Name(engine::ElementType type);
std::string Name(ColumnKind kind);
std::string Name(JobState state);
std::string Name(JobErrorReason reason);
std::string Name(StopReason reason);
std::string Name(Precision precision);

// The other way round; throws UnreadableValue for an unknown name, which only a damaged database holds.
Task TaskOf(const std::string& name);
engine::ElementType ElementTypeOf(const std::string& name);
ColumnKind ColumnKindOf(const std::string& name);
JobState JobStateOf(const std::string& name);
JobErrorReason JobErrorReasonOf(const std::string& name);
StopReason StopReasonOf(const std::string& name);
Precision PrecisionOf(const std::string& name);

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_ENUM_NAMES_H_
