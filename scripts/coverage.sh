#!/usr/bin/env bash
# Measures which lines of engine/ its tests run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: scripts/coverage.sh [--least PERCENT] [--lines]

Builds engine/ and its tests with line counters in build/coverage, runs the tests, and prints the share of lines run, file
by file. Exit code 1 if it is below the least. Some three minutes on 2 cores; needs gcovr (scripts/install-dependencies.sh).

  --least PERCENT   the least share of lines (95)
  --lines           also print the lines that were not run
  -h, --help        this text

Examples:
  scripts/coverage.sh
  scripts/coverage.sh --lines | grep engine/layers
TEXT
}

least=95
lines=
while [[ $# -gt 0 ]]; do
  case $1 in
    --least)
      [[ ${2:-} =~ ^[0-9]+(\.[0-9]+)?$ ]] || { echo "coverage.sh: --least takes a number, not '${2:-}'" >&2; exit 2; }
      least=$2; shift 2 ;;
    --lines) lines=1; shift ;;
    -h | --help) usage; exit 0 ;;
    *) echo "coverage.sh: unknown option '$1'; see --help" >&2; exit 2 ;;
  esac
done
if ! command -v gcovr >/dev/null; then
  echo "coverage.sh: gcovr is missing; run scripts/install-dependencies.sh" >&2
  exit 1
fi

build=build/coverage
cmake --preset coverage >/dev/null
cmake --build "$build" --target tests/engine/all
# Counts of an earlier run would count again.
find "$build" -name '*.gcda' -delete
ctest --test-dir "$build/tests/engine" --output-on-failure --no-tests=error -j 2 >"$build/ctest.log" || {
  cat "$build/ctest.log" >&2
  exit 1
}

report=(gcovr --root . --object-directory "$build" --filter 'engine/' --exclude-throw-branches --exclude-unreachable-branches)
if [[ $lines ]]; then
  "${report[@]}" --fail-under-line "$least"
else
  "${report[@]}" --fail-under-line "$least" | sed 's/ *[0-9,-]*$//'
fi
