// The kinds of a job's events as the log holds them: a name and a JSON object.
//
//   STATE_CHANGED  {"state": ..., "result": {...}, "error": {...}}, the last two only if set
//   PROGRESSED     {"progress": {...}}
//   EPOCH_ENDED    {"progress": {...}}
#ifndef TRAIND_SERVER_STORAGE_EVENT_JSON_H_
#define TRAIND_SERVER_STORAGE_EVENT_JSON_H_

#include <string>
#include <variant>

#include "server/storage/records.h"

namespace traind {

using JobEventKind = decltype(JobEvent::kind);

struct EventText {
  std::string kind;
  std::string body;
};

EventText ToText(const JobEventKind& kind);
// Throws nlohmann::json::exception or UnreadableValue if it is none of ours.
JobEventKind JobEventKindOf(const EventText& text);

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_EVENT_JSON_H_
