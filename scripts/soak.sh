#!/usr/bin/env bash
# Keeps traind at full load for long and says whether it takes more the longer it runs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: scripts/soak.sh [--minutes N] [--seed N]

Builds traind and the chaos programs in build/release. Clients then keep a server of its own busy: jobs on all cores,
uploads, watches, pauses, predictions. They delete ended jobs, models and datasets again, as users do. Once a second it
asks the kernel what the server takes: memory, open files, threads, the size of its data. All of that goes to a CSV file in
build/soak; the medians of each minute are printed at the end.

The first quarter of the time is for warming up. Exit code 1 if the median of the last quarter is above that of the second
by more than 5% or 16 MB, whichever is more, of memory (VmRSS and RssAnon each), 4 open files, 0 threads, 5% or 1 MB of
database, or 5% or 16 MB of data; or if a job, an answer or the store is not as it should be, as in scripts/chaos.sh.

  --minutes N   how long (20); fewer than 4 judge nothing
  --seed N      of the random choices (the time now)
  -h, --help    this text

Examples:
  scripts/soak.sh
  scripts/soak.sh --minutes 480    over night
TEXT
}

minutes=20
seed=$(date +%s)
while [[ $# -gt 0 ]]; do
  case $1 in
    --minutes | --seed)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { echo "soak.sh: $1 takes a number from 1, not '${2:-}'" >&2; exit 2; }
      declare "${1#--}=$2"; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "soak.sh: unknown option '$1'; see --help" >&2; exit 2 ;;
  esac
done

mkdir -p build/soak
cmake --preset release >build/soak/build.log
cmake --build --preset release --target chaos_test traind >>build/soak/build.log || {
  tail -n 40 build/soak/build.log >&2
  exit 1
}
name=build/soak/$(date +%Y%m%d-%H%M%S)
echo "seed $seed, samples in $name.csv, what the server says in $name.log"
exec build/release/tests/chaos_test --gtest_filter='Soak*' --soak_seconds=$((60 * minutes)) --soak_csv="$name.csv" \
  --seed="$seed" 2>"$name.log"
