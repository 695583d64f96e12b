#!/usr/bin/env bash
# What jobs cost each other.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: tests/benchmarks/shared_cores.sh [--turns N] [--epochs N]

Trains a one-thread job alone, then one on each core at once, in turns, then the same right after a job that had all
cores. Prints medians of rows a second, and the slowest of those together over the lone one.

  --turns N    measurements of each (5)
  --epochs N   epochs of a job, of 36,000 rows each (25, some seconds)
  -h, --help   this text

Needs build/release and a quiet machine.

Examples:
  tests/benchmarks/shared_cores.sh
  tests/benchmarks/shared_cores.sh --turns 1 --epochs 1    to try it
TEXT
}

turns=5 epochs=25
while [[ $# -gt 0 ]]; do
  case $1 in
    --turns | --epochs)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { echo "shared_cores.sh: $1 needs a number above 0" >&2; exit 2; }
      declare "${1#--}=$2"; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "shared_cores.sh: unknown argument '$1'; see --help" >&2; exit 2 ;;
  esac
done
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/benchmarks/serve.sh
source tests/benchmarks/serve.sh
cores=$(nproc)
serve --cores="$cores"
# Twenty times the digits: long epochs, as an epoch is an event that is written and sent.
for ((i = 0; i < 20; ++i)); do tail -n +2 examples/digits.csv; done | cat <(head -1 examples/digits.csv) - >"$work/digits.csv"
build/release/trainctl dataset create digits --csv "$work/digits.csv" --label label >/dev/null

# spec NAME THREADS EPOCHS: the digits job with those.
spec() {
  python3 -c 'import json, sys; s = json.load(open("examples/digits.json")); s.update(threads=int(sys.argv[1]),
epochs=int(sys.argv[2]), validation_split=0, metrics=[]); print(json.dumps(s))' "$2" "$3" >"$work/$1.json"
}
spec one-thread 1 "$epochs"
spec all-cores "$cores" $(((epochs + 4) / 5))

submit() { build/release/trainctl job create "$1" --spec "$work/$2.json" --dataset digits >/dev/null; }
# together NAME FILE: a job on each core; the slowest of them.
together() {
  local i speed
  for ((i = 0; i < cores; ++i)); do submit "$1-$i" one-thread; done
  for ((i = 0; i < cores; ++i)); do
    speed=$(rate "$1-$i")
    echo "$speed"
  done >"$work/speeds"
  sort -n "$work/speeds" | head -1 >>"$work/$2"
}
for ((turn = 1; turn <= turns; ++turn)); do
  submit "lone-$turn" one-thread
  rate "lone-$turn" >>"$work/alone"
  together "pair-$turn" together
  submit "large-$turn" all-cores
  together "after-$turn" after_all_cores
done

median() { sort -n "$work/$1" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
printf '%-18s %10s %8s\n' "medians of $turns" 'rows/s' 'of alone'
for what in alone together after_all_cores; do
  printf '%-18s %10s %8s\n' "$what" "$(median $what)" \
    "$(echo "$(median $what) $(median alone)" | awk '{printf "%.3f", $1 / $2}')"
done
