#!/usr/bin/env bash
# Many small jobs: traind against PyTorch, a process a job and one warm process for all.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: tests/benchmarks/many_jobs.sh [--turns N] [--jobs N] [--processes N] [--no-peers]

Trains the digits for one epoch, many times over, in turns:
  traind              jobs submitted at once over gRPC to one server, until the last has SUCCEEDED
  PyTorch, processes  python3 processes of one job each, two at a time, imports included
  PyTorch, warm       one process that trains job after job, the first left out; the better of 1 and 2 threads
and prints medians as JSON lines: {"benchmark": ..., "figure": ..., "unit": ...}. How it goes is told on stderr.

  --turns N      measurements of each (5)
  --jobs N       jobs of traind's and of the warm process's turn: 10 or 1000 (1000; the warm process trains a fifth)
  --processes N  processes of a turn (20)
  --no-peers     traind alone
  -h, --help     this text

Needs build/release with its benchmarks, and, for the peers, Debian's python3-torch.

Examples:
  tests/benchmarks/many_jobs.sh
  tests/benchmarks/many_jobs.sh --turns 1 --jobs 10 --processes 4    to try it
TEXT
}

turns=5 jobs=1000 processes=20 everybody=(traind processes warm)
while [[ $# -gt 0 ]]; do
  case $1 in
    --turns | --jobs | --processes)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { echo "many_jobs.sh: $1 needs a number above 0" >&2; exit 2; }
      declare "${1#--}=$2"; shift 2 ;;
    --no-peers) everybody=(traind); shift ;;
    -h | --help) usage; exit 0 ;;
    *) echo "many_jobs.sh: unknown argument '$1'; see --help" >&2; exit 2 ;;
  esac
done
[[ $jobs == 10 || $jobs == 1000 ]] || { echo "many_jobs.sh: --jobs is $jobs; it must be 10 or 1000" >&2; exit 2; }
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[[ ${#everybody[@]} == 1 ]] || /usr/bin/python3 -c 'import torch' 2>/dev/null || { echo "many_jobs.sh: needs python3-torch" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

torch() { /usr/bin/python3 tests/benchmarks/digits_torch.py examples/digits.csv "$@"; }
export -f torch

traind_rate() {
  build/release/benchmarks/service_benchmark --benchmark_filter="JobsAtOnce/$jobs/" --benchmark_format=json 2>"$work/log" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["benchmarks"][0]["jobs_per_second"])'
}
processes_rate() {
  local start
  start=$(date +%s.%N)
  seq "$processes" | xargs -P 2 -I{} bash -c 'torch 1 1 >/dev/null'
  echo "$(date +%s.%N) $start $processes" | awk '{print $3 / ($1 - $2)}'
}
warm_rate() {
  local threads
  for threads in 1 2; do torch "$threads" 1 $((jobs / 5 + 1)) | cut -d' ' -f4; done | sort -n | tail -1
}

for ((turn = 1; turn <= turns; ++turn)); do
  for who in "${everybody[@]}"; do
    rate=$("${who}_rate")
    echo "$rate" >>"$work/$who"
    echo "turn $turn of $turns: $who $rate jobs/s" >&2
  done
done

median() { sort -g "$work/$1" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
line() { printf '{"benchmark": "%s", "figure": %s, "unit": "%s"}\n' "$1" "$2" "$3"; }
ratio() { echo "$1 $2" | awk '{print $1 / $2}'; }
ours=$(median traind)
line many_jobs/traind "$ours" jobs/s
[[ ${#everybody[@]} -gt 1 ]] || exit 0
each=$(median processes) warm=$(median warm)
line many_jobs/pytorch_processes "$each" jobs/s
line many_jobs/pytorch_warm "$warm" jobs/s
line many_jobs/ratio_to_processes "$(ratio "$ours" "$each")" times
line many_jobs/ratio_to_warm "$(ratio "$ours" "$warm")" times
