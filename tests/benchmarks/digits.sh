#!/usr/bin/env bash
# One job, traind against PyTorch.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: tests/benchmarks/digits.sh [TURNS]

Trains examples/digits.json with traind and with PyTorch, in turns, and prints medians: rows a second in the training
loop, and seconds for the whole job (traind: `trainctl job create --watch`; traind-Keras, client/python's face of Keras, and
PyTorch: a process, imports and reading the data included).

  TURNS        measurements of each (5)
  -h, --help   this text

Needs build/release, and what scripts/install-dependencies.sh --peers installs.

Examples:
  tests/benchmarks/digits.sh
  tests/benchmarks/digits.sh 1      to try it
TEXT
}

turns=${1:-5}
case $turns in -h | --help) usage; exit 0 ;; esac
[[ $# -le 1 && $turns =~ ^[1-9][0-9]*$ ]] || { echo "digits.sh: TURNS is a number from 1; see --help" >&2; exit 2; }
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/benchmarks/serve.sh
source tests/benchmarks/serve.sh
/usr/bin/python3 -c 'import torch' 2>/dev/null || die "needs python3-torch"
serve --cores="$(nproc)"
build/release/trainctl dataset create digits --csv examples/digits.csv --label label >/dev/null

seconds_since() { echo "$(date +%s.%N) $1" | awk '{printf "%.3f", $1 - $2}'; }
for ((turn = 1; turn <= turns; ++turn)); do
  start=$(date +%s.%N)
  build/release/trainctl job create "turn-$turn" --spec examples/digits.json --dataset digits --watch >/dev/null
  whole=$(seconds_since "$start")
  speed=$(rate "turn-$turn")
  echo "$speed $whole" >>"$work/traind"
  start=$(date +%s.%N)
  speed=$(PYTHONPATH=client/python /usr/bin/python3 -B tests/benchmarks/digits_keras.py examples/digits.csv | cut -d' ' -f1)
  echo "$speed $(seconds_since "$start")" >>"$work/traind-Keras"
  for threads in 1 2; do
    start=$(date +%s.%N)
    speed=$(/usr/bin/python3 tests/benchmarks/digits_torch.py examples/digits.csv "$threads" | cut -d' ' -f1)
    echo "$speed $(seconds_since "$start")" >>"$work/PyTorch-$threads"
  done
done

median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
printf '%-22s %14s %14s\n' "medians of $turns turns" 'rows/s' 'whole job, s'
for who in traind traind-Keras PyTorch-1 PyTorch-2; do
  printf '%-22s %14s %14s\n' "$who" "$(cut -d' ' -f1 "$work/$who" | median)" "$(cut -d' ' -f2 "$work/$who" | median)"
done
