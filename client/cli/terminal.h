// What the terminal behind stdout, or stderr, can do.
#ifndef TRAIND_CLIENT_CLI_TERMINAL_H_
#define TRAIND_CLIENT_CLI_TERMINAL_H_

namespace traind::client {

struct Terminal {
  // Whether lines can be redrawn: it is a terminal and TERM is not `dumb`.
  bool redraws = false;
  // Whether colours are welcome: it redraws and NO_COLOR is not set (https://no-color.org).
  bool color = false;
  // Whether the locale is UTF-8.
  bool utf8 = false;
};

Terminal StdoutTerminal();

// The same of stderr.
Terminal StderrTerminal();

// Columns now; people resize windows. 80 when unknown.
int StdoutWidth();

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_TERMINAL_H_
