// How much of a resource is told (AIP-157).
#ifndef TRAIND_SERVER_CONVERT_VIEW_H_
#define TRAIND_SERVER_CONVERT_VIEW_H_

namespace traind {

// kBasic, for lists, leaves out what is long.
enum class View { kFull, kBasic };

}  // namespace traind

#endif  // TRAIND_SERVER_CONVERT_VIEW_H_
