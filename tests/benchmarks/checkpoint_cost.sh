#!/usr/bin/env bash
# What checkpoints cost the training that they save.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: tests/benchmarks/checkpoint_cost.sh [--turns N] [--seconds N] [--widths LIST]

Trains the same one-thread job without checkpoints, with those that there are by default (every 30 seconds) and with the
densest that a spec may ask for (after every step), in turns. Prints medians: rows a second, checkpoints of a job, how long
one took, the share of the training that went into writing them, as the server measured it, and by how much the whole job
was slower than the one without in the same turn.

  --turns N      jobs of each kind (5)
  --seconds N    how long the first two of them train (100: three checkpoints by default)
  --widths LIST  units of the hidden layers (128,64)
  -h, --help     this text

The densest one does 500 steps only. Needs build/release and a quiet machine; TMPDIR names the disk. Some 20 minutes.

Examples:
  tests/benchmarks/checkpoint_cost.sh
  tests/benchmarks/checkpoint_cost.sh --widths 2048,2048      checkpoints of 100 MB
  tests/benchmarks/checkpoint_cost.sh --turns 1 --seconds 1   to try it
TEXT
}

turns=5 seconds=100 widths=128,64
while [[ $# -gt 0 ]]; do
  case $1 in
    --turns | --seconds)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { echo "checkpoint_cost.sh: $1 needs a number above 0" >&2; exit 2; } ;;&
    --turns) turns=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --widths)
      [[ ${2:-} =~ ^[1-9][0-9]*(,[1-9][0-9]*)*$ ]] || { echo "checkpoint_cost.sh: --widths needs a list as 128,64" >&2; exit 2; }
      widths=$2; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "checkpoint_cost.sh: unknown argument '$1'; see --help" >&2; exit 2 ;;
  esac
done
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/benchmarks/serve.sh
source tests/benchmarks/serve.sh
serve --cores=1
metrics=$(sed -n 's/.*metrics=\([^ ]*\).*/\1/p' "$work/ready")
# Twenty times the digits: long epochs, as an epoch is an event that is written, too.
for ((i = 0; i < 20; ++i)); do tail -n +2 examples/digits.csv; done | cat <(head -1 examples/digits.csv) - >"$work/digits.csv"
build/release/trainctl dataset create digits --csv "$work/digits.csv" --label label >/dev/null

# spec NAME SETTINGS: the digits job of those widths, on one thread, with these settings (JSON) besides.
spec() {
  python3 - "$widths" "$2" >"$work/$1.json" <<'PYTHON'
import json
import sys

spec = json.load(open("examples/digits.json"))
hidden = [[{"dense": {"units": int(units)}}, {"batch_normalization": {}}, {"activation": {"function": "RELU"}}]
          for units in sys.argv[1].split(",")]
spec["model"]["layers"] = sum(hidden, []) + spec["model"]["layers"][-2:]
spec.update({"threads": 1, "epochs": 100000, "validation_split": 0, "metrics": [], **json.loads(sys.argv[2])})
print(json.dumps(spec))
PYTHON
}

# saved: how many checkpoints the server has written, and in how many seconds.
saved() {
  python3 -c 'import sys, urllib.request
for line in urllib.request.urlopen(f"http://{sys.argv[1]}/metrics").read().decode().splitlines():
    if line.startswith(("traind_checkpoint_seconds_sum ", "traind_checkpoint_seconds_count ")): print(line)' "$metrics" |
    sort | awk '{printf "%s ", $2}'
}

# train TURN KIND: a job of that spec. Leaves its figures in $work/figures.
train() {
  local before
  before=$(saved)
  build/release/trainctl job create "$2-$1" --spec "$work/$2.json" --dataset digits >/dev/null
  rate "$2-$1" >/dev/null
  printf '%s %s %s%s%s\n' "$1" "$2" "$before" "$(saved)" "$(build/release/trainctl -o json job get "$2-$1" |
    python3 -c 'import json, sys; r = json.load(sys.stdin)["result"]; print(r["samples_per_second"], r["train_seconds"])')" \
    >>"$work/figures"
}

never='"checkpoint": {"every_steps": 1000000000000}'
spec first "{\"max_steps\": 200, $never}"
train 0 first
# As many steps as should take so long: all do the same work.
steps=$(awk -v seconds="$seconds" '{printf "%d", seconds * $7 / 32}' "$work/figures")
spec none "{\"max_steps\": $steps, $never}"
spec default "{\"max_steps\": $steps}"
spec every-step '{"max_steps": 500, "checkpoint": {"every_steps": 1}}'
for ((turn = 1; turn <= turns; ++turn)); do
  for kind in none default every-step; do train "$turn" "$kind"; done
done

python3 - "$work/figures" <<'PYTHON'
import statistics
import sys

figures = {}
for line in open(sys.argv[1]):
    turn, kind, *numbers = line.split()
    count_before, sum_before, count, total, speed, seconds = map(float, numbers)
    written, writing = count - count_before, total - sum_before
    figures.setdefault(kind, {})[turn] = (speed, written, 1000 * writing / max(written, 1), 100 * writing / seconds)
print(f"{'medians of ' + str(len(figures['none'])):<14} {'rows/s':>10} {'checkpoints':>12} {'each, ms':>9} "
      f"{'of the time':>12} {'slower by':>10}")
for kind in ("none", "default", "every-step"):
    speed, written, each, share = map(statistics.median, zip(*figures[kind].values()))
    slower = statistics.median(100 * (figures["none"][turn][0] / own[0] - 1) for turn, own in figures[kind].items())
    print(f"{kind:<14} {speed:>10.0f} {written:>12.0f} {each:>9.2f} {share:>11.3f}% {slower:>9.2f}%")
PYTHON
