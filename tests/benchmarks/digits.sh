#!/usr/bin/env bash
# Trains examples/digits.json with traind and with PyTorch, in turns, and prints medians: rows a second in the training
# loop, and seconds for the whole job (traind: `trainctl job create --watch`; PyTorch: its process, imports included).
# usage: digits.sh [TURNS]    needs build/release, and what scripts/install-dependencies.sh --peers installs
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
turns=${1:-5}
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null; wait; rm -rf "$work"' EXIT
build/release/traind --grpc_address=127.0.0.1:0 --metrics_address=127.0.0.1:0 --data_dir="$work/data" \
  >"$work/ready" 2>"$work/log" &
server=$!
until grep -q ready "$work/ready"; do sleep 0.05; done
TRAIND_SERVER=$(sed -n 's/.*grpc=\([^ ]*\).*/\1/p' "$work/ready")
export TRAIND_SERVER
build/release/trainctl dataset create digits --csv examples/digits.csv --label label >/dev/null

seconds_since() { echo "$(date +%s.%N) $1" | awk '{printf "%.3f", $1 - $2}'; }
for ((turn = 1; turn <= turns; ++turn)); do
  start=$(date +%s.%N)
  build/release/trainctl job create "turn-$turn" --spec examples/digits.json --dataset digits --watch >/dev/null
  whole=$(seconds_since "$start")
  rate=$(build/release/trainctl -o json job get "turn-$turn" |
    python3 -c 'import json, sys; print(round(json.load(sys.stdin)["result"]["samples_per_second"]))')
  echo "$rate $whole" >>"$work/traind"
  for threads in 1 2; do
    start=$(date +%s.%N)
    rate=$(/usr/bin/python3 tests/benchmarks/digits_torch.py examples/digits.csv "$threads" | cut -d' ' -f1)
    echo "$rate $(seconds_since "$start")" >>"$work/PyTorch-$threads"
  done
done

median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
printf '%-22s %14s %14s\n' "medians of $turns turns" 'rows/s' 'whole job, s'
for who in traind PyTorch-1 PyTorch-2; do
  printf '%-22s %14s %14s\n' "$who" "$(cut -d' ' -f1 "$work/$who" | median)" "$(cut -d' ' -f2 "$work/$who" | median)"
done
