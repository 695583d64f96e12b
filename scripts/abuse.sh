#!/usr/bin/env bash
# Does to a traind what no client should, and shows how others are served meanwhile.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: scripts/abuse.sh [--filter PATTERN] [--short]

Builds traind and the abusers in build/release and lets them loose on a server each: connections that say nothing, more of
them than there are file descriptors, random bytes, messages over the limit, a thousand watchers of one job, watchers that
never read, uploads that drip, ten thousand queued jobs. Beside them a client that behaves calls the server all the while;
a line for each abuse shows how long its calls took at the median and at the 99th percentile, beside the same on the idle
server before, and by how much the server's memory grew. Exit code 1 if one of its calls failed, if memory grew past its
bound, or if the server was not fully well afterwards. Some four minutes.

  --filter PATTERN   only the abuses whose name matches, such as '*Watchers*'
  --short            mostly a tenth of each, as the tests have it
  -h, --help         this text

Example:
  scripts/abuse.sh --filter 'Connections*'
TEXT
}

filter='*'
full=--full
while [[ $# -gt 0 ]]; do
  case $1 in
    --filter) filter=${2:?--filter needs a pattern}; shift 2 ;;
    --short) full=; shift ;;
    -h | --help) usage; exit 0 ;;
    *) echo "abuse.sh: unknown option '$1'; see --help" >&2; exit 2 ;;
  esac
done

log=build/release/abuse.log
mkdir -p build/release
cmake --preset release >"$log"
cmake --build --preset release --target abuse_test traind >>"$log" || { tail -n 40 "$log" >&2; exit 1; }
status=0
build/release/tests/abuse_test ${full:+"$full"} --gtest_filter="$filter" >"$log" 2>&1 || status=1
grep -E ' calls, p50 |Failure|^  |FAILED|PASSED|were not|tests ran' "$log" || true
[[ $status == 0 ]] || echo "abuse.sh: what the server said is in $log" >&2
exit $status
