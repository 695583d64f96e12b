#!/usr/bin/env bash
# What jobs cost each other: trains a one-thread job alone, then one on each core at once, in turns, then the same right
# after a job that had all cores. Prints medians of rows a second, and the slowest of those together over the lone one.
# usage: shared_cores.sh [TURNS]    needs build/release and a quiet machine
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
turns=${1:-5}
cores=$(nproc)
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null; wait; rm -rf "$work"' EXIT
build/release/traind --grpc_address=127.0.0.1:0 --metrics_address=127.0.0.1:0 --data_dir="$work/data" --cores="$cores" \
  >"$work/ready" 2>"$work/log" &
server=$!
until grep -q ready "$work/ready"; do sleep 0.05; done
TRAIND_SERVER=$(sed -n 's/.*grpc=\([^ ]*\).*/\1/p' "$work/ready")
export TRAIND_SERVER
# Twenty times the digits: long epochs, as an epoch is an event that is written and sent.
for ((i = 0; i < 20; ++i)); do tail -n +2 examples/digits.csv; done | cat <(head -1 examples/digits.csv) - >"$work/digits.csv"
build/release/trainctl dataset create digits --csv "$work/digits.csv" --label label >/dev/null

# spec THREADS EPOCHS: the digits job with those.
spec() {
  python3 -c 'import json, sys; s = json.load(open("examples/digits.json")); s.update(threads=int(sys.argv[1]),
epochs=int(sys.argv[2]), validation_split=0, metrics=[]); print(json.dumps(s))' "$@" >"$work/threads-$1.json"
}
spec 1 25
spec "$cores" 5

submit() { build/release/trainctl job create "$1" --spec "$work/threads-$2.json" --dataset digits >/dev/null; }
# rate NAME: rows a second of a job, once it has ended. It asks seldom: to watch would take from the cores.
rate() {
  until build/release/trainctl -o json job get "$1" | grep -q '"state": *"SUCCEEDED"'; do sleep 1; done
  build/release/trainctl -o json job get "$1" |
    python3 -c 'import json, sys; print(round(json.load(sys.stdin)["result"]["samples_per_second"]))'
}
# together NAME FILE: a job on each core; the slowest of them.
together() {
  for ((i = 0; i < cores; ++i)); do submit "$1-$i" 1; done
  for ((i = 0; i < cores; ++i)); do rate "$1-$i"; done | sort -n | head -1 >>"$work/$2"
}
for ((turn = 1; turn <= turns; ++turn)); do
  submit "lone-$turn" 1
  rate "lone-$turn" >>"$work/alone"
  together "pair-$turn" together
  submit "large-$turn" "$cores"
  together "after-$turn" after_all_cores
done

median() { sort -n "$work/$1" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
printf '%-18s %10s %8s\n' "medians of $turns" 'rows/s' 'of alone'
for what in alone together after_all_cores; do
  printf '%-18s %10s %8s\n' "$what" "$(median $what)" \
    "$(echo "$(median $what) $(median alone)" | awk '{printf "%.3f", $1 / $2}')"
done
