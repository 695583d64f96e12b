#include "client/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "absl/strings/ascii.h"

namespace traind::client {
namespace {

std::string Env(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool LocaleIsUtf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string value = Env(name);
    if (value.empty()) continue;
    absl::AsciiStrToLower(&value);
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

Terminal TerminalOf(int descriptor) {
  Terminal terminal;
  terminal.redraws = isatty(descriptor) == 1 && Env("TERM") != "dumb";
  terminal.color = terminal.redraws && Env("NO_COLOR").empty();
  terminal.utf8 = LocaleIsUtf8();
  return terminal;
}

}  // namespace

Terminal StdoutTerminal() { return TerminalOf(STDOUT_FILENO); }
Terminal StderrTerminal() { return TerminalOf(STDERR_FILENO); }

int StdoutWidth() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace traind::client
