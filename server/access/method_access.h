// THE table of what each method asks of its caller. A method of our services that is not in it is for admins only, and
// a test finds it.
#ifndef TRAIND_SERVER_ACCESS_METHOD_ACCESS_H_
#define TRAIND_SERVER_ACCESS_METHOD_ACCESS_H_

#include <optional>
#include <string_view>

#include "server/access/caller.h"

namespace traind {

struct MethodAccess {
  std::optional<Role> role;  // the least that may call it; nothing: anybody, without a token
  bool changes = false;      // something that outlives the call; the audit log tells of each
};

// `method` as gRPC writes it, `/traind.v1.TrainingService/GetTrainingJob`. Nothing if it is not in the table.
std::optional<MethodAccess> FindMethodAccess(std::string_view method);
// As it is enforced.
MethodAccess MethodAccessOf(std::string_view method);

}  // namespace traind

#endif  // TRAIND_SERVER_ACCESS_METHOD_ACCESS_H_
