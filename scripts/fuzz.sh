#!/usr/bin/env bash
# Tries random bytes on everything that reads bytes from outside.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: scripts/fuzz.sh [--seconds N] [--jobs N] [--list] [FUZZER]...

Builds the fuzzers of tests/fuzz (clang, libFuzzer, AddressSanitizer, UndefinedBehaviorSanitizer) in build/fuzz and runs
each from its committed corpus for a while. Prints how many inputs each tried and how many edges of the code they reach.
Exit code 1 if one of them found a crash, a hang of ten seconds, or 2 GB of memory in use; the input is then in
build/fuzz/found/. New inputs that reach new code gather in build/fuzz/corpus/, for the next run.

  --seconds N   how long each runs (60)
  --jobs N      how many run at a time (the number of cores)
  --list        prints the fuzzers, one a line, and runs nothing
  -h, --help    this text

Examples:
  scripts/fuzz.sh                                 a minute each
  scripts/fuzz.sh --seconds 3600 csv_fuzzer       an hour on one
  build/fuzz/fuzz/csv_fuzzer build/fuzz/found/csv_fuzzer-crash-...     what was found, again
TEXT
}

seconds=60
jobs=$(nproc)
fuzzers=()
for file in tests/fuzz/*_fuzzer.cc; do fuzzers+=("$(basename "$file" .cc)"); done
chosen=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --seconds | --jobs)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { echo "fuzz.sh: $1 takes a number from 1, not '${2:-}'" >&2; exit 2; }
      declare "${1#--}=$2"; shift 2 ;;
    --list) printf '%s\n' "${fuzzers[@]}"; exit 0 ;;
    -h | --help) usage; exit 0 ;;
    -*) echo "fuzz.sh: unknown option '$1'; see --help" >&2; exit 2 ;;
    *)
      [[ -f tests/fuzz/$1.cc ]] || { echo "fuzz.sh: there is no fuzzer '$1'; see --list" >&2; exit 2; }
      chosen+=("$1"); shift ;;
  esac
done
[[ ${#chosen[@]} -gt 0 ]] || chosen=("${fuzzers[@]}")

build=build/fuzz
mkdir -p $build/found
started=$SECONDS
echo "building in $build"
cmake --preset fuzz >$build/configure.log 2>&1 || { tail -n 30 $build/configure.log >&2; exit 1; }
cmake --build $build --target "${chosen[@]}" >$build/build.log 2>&1 || { tail -n 60 $build/build.log >&2; exit 1; }
echo "built in $((SECONDS - started)) s"

# run FUZZER: its last words, and exit code 1 if it found something.
run() {
  local fuzzer=$1 log=build/fuzz/$1.log status=0
  mkdir -p "build/fuzz/corpus/$fuzzer"
  TMPDIR=$(mktemp -d -p "$scratch") && export TMPDIR
  # The limit of memory is of what is in use: an allocation that the system refuses is the code's to handle.
  ASAN_OPTIONS=allocator_may_return_null=1 "build/fuzz/fuzz/$fuzzer" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=2048 -malloc_limit_mb=2048 -max_len=8192 -print_final_stats=1 -artifact_prefix="build/fuzz/found/$fuzzer-" \
    "build/fuzz/corpus/$fuzzer" "tests/fuzz/corpus/$fuzzer" >"$log" 2>&1 || status=1
  rm -rf "$TMPDIR"
  if [[ $status != 0 ]]; then
    echo "$fuzzer found something; what it said (all of it in $log):"
    grep -vE '^#[0-9]+.(NEW|REDUCE|pulse|INITED)' "$log" | tail -n 50
    return 1
  fi
  printf '%s: %s inputs, %s edges, nothing found\n' "$fuzzer" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
    "$(grep -oE 'cov: [0-9]+' "$log" | tail -n 1 | grep -oE '[0-9]+')"
}
# In memory: a disk would spend the time on making files safe.
scratch=${TMPDIR:-/tmp}
[[ ! -w /dev/shm ]] || scratch=/dev/shm
export -f run
export seconds scratch

# shellcheck disable=SC2016 # the inner bash expands it
printf '%s\n' "${chosen[@]}" | xargs -P "$jobs" -I '{}' bash -c 'run "$1"' -- '{}'
