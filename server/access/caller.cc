#include "server/access/caller.h"

namespace traind {

const char* Name(Role role) {
  switch (role) {
    case Role::kReader:
      return "reader";
    case Role::kTrainer:
      return "trainer";
    case Role::kAdmin:
      return "admin";
  }
  return "unknown";
}

std::optional<Role> RoleOf(std::string_view name) {
  for (const Role role : {Role::kReader, Role::kTrainer, Role::kAdmin}) {
    if (name == Name(role)) return role;
  }
  return std::nullopt;
}

}  // namespace traind
