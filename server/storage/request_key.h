// How the mark of a request is kept in a column that is unique.
#ifndef TRAIND_SERVER_STORAGE_REQUEST_KEY_H_
#define TRAIND_SERVER_STORAGE_REQUEST_KEY_H_

#include <string>

#include "server/storage/records.h"

namespace traind {

// `tenant/id`: no tenant's name has a slash. Empty if there is no id.
std::string RequestKey(const RequestMark& mark);

// Sets the id and the tenant that a key was made of.
void SetFromRequestKey(const std::string& key, RequestMark& mark);

}  // namespace traind

#endif  // TRAIND_SERVER_STORAGE_REQUEST_KEY_H_
