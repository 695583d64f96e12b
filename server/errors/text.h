// Text from outside, made fit for messages.
#ifndef TRAIND_SERVER_ERRORS_TEXT_H_
#define TRAIND_SERVER_ERRORS_TEXT_H_

#include <string>
#include <string_view>

namespace traind {

// Whether `bytes` are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
bool IsUtf8(std::string_view bytes);

// `bytes` with U+FFFD in the place of every byte that is not part of well-formed UTF-8.
std::string ToUtf8(std::string_view bytes);

// A value in single quotes for a message: printable text as it is; control characters, bytes that are not UTF-8 and
// characters that hide or turn text (zero-width, bidirectional) escaped as \xNN or \u{NNNN}; cut after 64 characters.
std::string Quoted(std::string_view bytes);

}  // namespace traind

#endif  // TRAIND_SERVER_ERRORS_TEXT_H_
