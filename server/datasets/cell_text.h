// What the text of a table's cell may be besides a number.
#ifndef TRAIND_SERVER_DATASETS_CELL_TEXT_H_
#define TRAIND_SERVER_DATASETS_CELL_TEXT_H_

#include <string_view>

namespace traind {

// Whether the cell says that its value is missing: empty, or one of NA, N/A, n/a, #N/A, <NA>, NaN, nan, NULL, null,
// None, none and ?, in that spelling.
bool IsMissing(std::string_view text);

// Whether it is a date, with or without a time: `2024-02-29`, `2024/2/29`, `20:15:00`, `29.02.2024`, `2/29/2024`,
// `2024-02-29T20:15:00Z`, `2024-02-29 20:15:00.5 +01:00`, `29 Feb 2024`, `Feb 29, 2024`. Of days and months it only
// asks that they can be some.
bool IsDate(std::string_view text);

}  // namespace traind

#endif  // TRAIND_SERVER_DATASETS_CELL_TEXT_H_
