// What the values of options may be. Each check says the value and what it must be instead.
#ifndef TRAIND_CLIENT_CLI_OPTION_CHECKS_H_
#define TRAIND_CLIENT_CLI_OPTION_CHECKS_H_

#include <CLI/CLI.hpp>
#include <cstdint>

namespace traind::client {

// HOST:PORT, with an IPv6 address in brackets; or a name with one of gRPC's schemes, such as unix:/run/traind.sock.
CLI::Validator ServerAddress();

// A number from `least` to `most`; unlike CLI::Range it refuses NaN.
CLI::Validator NumberFrom(double least, double most);

// A whole number from `least` to the largest int64; unlike CLI::Range it refuses what does not fit into one.
CLI::Validator WholeNumberFrom(int64_t least);

}  // namespace traind::client

#endif  // TRAIND_CLIENT_CLI_OPTION_CHECKS_H_
