#!/usr/bin/env bash
# Tries whether what traind acknowledged survives what happens to machines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: scripts/chaos.sh [--cycles N] [--seed N] [--stopped-seconds N] [--flips N] [--filter PATTERN]

Builds traind and the chaos programs in build/release and runs them for long: kill -9 at random moments with uploads, jobs,
watches, pauses, predictions and deletions under way; a machine that stands still; a clock that is set back and forward;
bytes of any file flipped, and files cut. After each kill it asks the server, started again, for everything that was
acknowledged, and that what was deleted is gone; every job must succeed, with the weights that an undisturbed server got
from the same spec, and a log without a gap. The same seed makes the same choices, at other moments.
Exit code 1 if anything was lost or wrong.

  --cycles N            kills (300; some eight minutes)
  --seed N              of the random choices (the time now)
  --stopped-seconds N   how long the server stands still (60)
  --flips N             places of each file that are flipped, and at which it is cut (20)
  --filter PATTERN      runs only the tests whose name matches, such as '*Kill*'
  -h, --help            this text

Examples:
  scripts/chaos.sh
  scripts/chaos.sh --cycles 50 --seed 7 --filter '*Kill*'
TEXT
}

cycles=300
seed=$(date +%s)
stopped=60
flips=20
filter='*-Soak*'
while [[ $# -gt 0 ]]; do
  case $1 in
    --cycles | --seed | --stopped-seconds | --flips)
      [[ ${2:-} =~ ^[0-9]+$ ]] || { echo "chaos.sh: $1 takes a number, not '${2:-}'" >&2; exit 2; } ;;&
    --cycles) cycles=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    --stopped-seconds) stopped=$2; shift 2 ;;
    --flips) flips=$2; shift 2 ;;
    --filter) filter=${2:?a pattern}; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "chaos.sh: unknown option '$1'; see --help" >&2; exit 2 ;;
  esac
done

cmake --preset release >/dev/null
cmake --build --preset release --target chaos_test traind >build/release/chaos.build.log || {
  tail -n 40 build/release/chaos.build.log >&2
  exit 1
}
echo "seed $seed"
exec build/release/tests/chaos_test --cycles="$cycles" --seed="$seed" --stopped_seconds="$stopped" --flips="$flips" --gtest_filter="$filter"
