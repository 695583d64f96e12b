#!/usr/bin/env bash
# Runs a command, which must succeed and print what matches the extended regular expression.
# usage: expect.sh PATTERN COMMAND...
set -euo pipefail
pattern=$1; shift
output=$("$@")
printf '%s\n' "$output"
grep -Eq -- "$pattern" <<<"$output" || { echo "expect.sh: nothing matches $pattern" >&2; exit 1; }
