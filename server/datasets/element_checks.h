// Raw little-endian numbers of any element type, looked at where they lie, which may be any address.
#ifndef TRAIND_SERVER_DATASETS_ELEMENT_CHECKS_H_
#define TRAIND_SERVER_DATASETS_ELEMENT_CHECKS_H_

#include <cstdint>
#include <string_view>

#include "engine/data/element_type.h"

namespace traind {

// Whether every number is finite as float32: neither NaN nor infinite, nor too large. At the speed of memory.
bool AllFinite(engine::ElementType type, std::string_view elements);

// Whether every number, of an integer type, is in [0, classes). At the speed of memory.
bool AllClasses(engine::ElementType type, std::string_view elements, int64_t classes);

// The number at `index`; exact, but for int64.
double NumberAt(engine::ElementType type, std::string_view elements, int64_t index);
// The number at `index`, of an integer type.
int64_t IntegerAt(engine::ElementType type, std::string_view elements, int64_t index);

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_ELEMENT_CHECKS_H_
