// Who calls, and what he may do.
#ifndef TRAIND_SERVER_ACCESS_CALLER_H_
#define TRAIND_SERVER_ACCESS_CALLER_H_

#include <optional>
#include <string>
#include <string_view>

namespace traind {

// Each may all that those before it may.
enum class Role {
  kReader,   // sees what is its tenant's, and predicts
  kTrainer,  // also makes, changes and deletes it
  kAdmin     // everything, of every tenant
};

// `reader`, `trainer`, `admin`.
const char* Name(Role role);
std::optional<Role> RoleOf(std::string_view name);

struct Caller {
  std::string name;  // of the token; empty: the server asks for none
  Role role = Role::kReader;
  std::string tenant;  // whose resources it makes, and unless it is an admin sees

  bool SeesAllTenants() const { return role == Role::kAdmin; }
};

}  // namespace traind

#endif  // TRAIND_SERVER_ACCESS_CALLER_H_
