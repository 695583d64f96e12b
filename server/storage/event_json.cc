#include "server/storage/event_json.h"

#include <nlohmann/json.hpp>

#include "server/storage/enum_names.h"
#include "server/storage/record_json.h"
#include "server/storage/unreadable_value.h"

namespace traind {
namespace {

using nlohmann::json;

constexpr char kStateChanged[] = "STATE_CHANGED";
constexpr char kProgressed[] = "PROGRESSED";
constexpr char kEpochEnded[] = "EPOCH_ENDED";

struct Encode {
  EventText operator()(const StateChanged& event) const {
    json body = {{"state", Name(event.state)}};
    if (event.result) body["result"] = ToJson(*event.result);
    if (event.error) body["error"] = ToJson(*event.error);
    return {kStateChanged, ToText(body)};
  }
  EventText operator()(const Progressed& event) const {
    return {kProgressed, ToText(json{{"progress", ToJson(event.progress)}})};
  }
  EventText operator()(const EpochEnded& event) const {
    return {kEpochEnded, ToText(json{{"progress", ToJson(event.progress)}})};
  }
};

StateChanged StateChangedOf(const json& body) {
  StateChanged event{.state = JobStateOf(body.at("state").get<std::string>()), .result = {}, .error = {}};
  if (body.contains("result")) event.result = JobResultOf(body["result"]);
  if (body.contains("error")) event.error = JobErrorOf(body["error"]);
  return event;
}

}  // namespace

EventText ToText(const JobEventKind& kind) { return std::visit(Encode(), kind); }

JobEventKind JobEventKindOf(const EventText& text) {
  const json body = json::parse(text.body);
  if (text.kind == kStateChanged) return StateChangedOf(body);
  if (text.kind == kProgressed) return Progressed{JobProgressOf(body.at("progress"))};
  if (text.kind == kEpochEnded) return EpochEnded{JobProgressOf(body.at("progress"))};
  throw UnreadableValue("unknown kind of event '" + text.kind + "'");
}

}  // namespace traind
