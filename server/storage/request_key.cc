#include "server/storage/request_key.h"

namespace traind {

std::string RequestKey(const RequestMark& mark) { return mark.id.empty() ? "" : mark.tenant + "/" + mark.id; }

void SetFromRequestKey(const std::string& key, RequestMark& mark) {
  if (key.empty()) return;
  const size_t slash = key.find('/');
  mark.tenant = key.substr(0, slash);
  mark.id = key.substr(slash + 1);
}

}  // namespace traind
