#!/usr/bin/env bash
# Trains from more rows than the process keeps in memory, and says how much it kept.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: scripts/larger-than-memory.sh [OPTION...]

Makes random rows (NumPy), uploads them to a traind of its own, trains an epoch on them with a held-out tenth, and prints
the most anonymous memory that traind took (RssAnon; mapped files are not in it) and the rows a second. Fails if that is
over the limit.

  --rows N         rows (16000000)
  --features N     float32 features a row (63); with the default rows 4 GB
  --limit-mb N     most megabytes of anonymous memory (200)
  --build-dir DIR  where traind and trainctl are (build/release)
  --work-dir DIR   where to put the data, twice its size is needed (a new folder in TMPDIR or /tmp)
  -h, --help       this text

Examples:
  scripts/larger-than-memory.sh
  scripts/larger-than-memory.sh --rows 268000000 --features 3    narrow rows, many of them
TEXT
}

rows=16000000
features=63
limit_mb=200
build_dir=build/release
work_dir=
while [[ $# -gt 0 ]]; do
  case $1 in
    --rows) rows=${2:?--rows needs a number}; shift 2 ;;
    --features) features=${2:?--features needs a number}; shift 2 ;;
    --limit-mb) limit_mb=${2:?--limit-mb needs a number}; shift 2 ;;
    --build-dir) build_dir=${2:?--build-dir needs a folder}; shift 2 ;;
    --work-dir) work_dir=${2:?--work-dir needs a folder}; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "larger-than-memory.sh: unknown argument '$1'; see --help" >&2; exit 2 ;;
  esac
done
if [[ ! -x $build_dir/traind || ! -x $build_dir/trainctl ]]; then
  echo "larger-than-memory.sh: no traind and trainctl in $build_dir; build first" >&2
  exit 1
fi

folder=$(mktemp -d "${work_dir:-${TMPDIR:-/tmp}}/larger-than-memory.XXXXXX")
server=
stop_server() {
  if [[ ! $server ]]; then return; fi
  kill "$server" 2>/dev/null || true
  wait "$server" || true
  server=
}
# shellcheck disable=SC2329 # called by the trap
clean_up() {
  stop_server
  rm -rf "$folder"
}
trap clean_up EXIT

echo "Making $rows rows of $features float32"
# Labels that can be learned: whether the first feature is above 0.
/usr/bin/python3 - "$folder" "$rows" "$features" <<'PYTHON'
import sys

import numpy as np

folder, rows, features = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random = np.random.default_rng(7)
block = random.standard_normal((min(rows, 1 << 18), features), dtype=np.float32)
x = np.lib.format.open_memmap(f"{folder}/x.npy", mode="w+", dtype=np.float32, shape=(rows, features))
y = np.lib.format.open_memmap(f"{folder}/y.npy", mode="w+", dtype=np.uint8, shape=(rows,))
for begin in range(0, rows, len(block)):
    piece = block[: rows - begin] + np.float32(1e-6 * begin / rows)
    x[begin : begin + len(piece)] = piece
    y[begin : begin + len(piece)] = piece[:, 0] > 0
PYTHON

"$build_dir/traind" --grpc_address=127.0.0.1:0 --metrics_address=127.0.0.1:0 --data_dir="$folder/data" \
  >"$folder/out" 2>"$folder/log" &
server=$!
for _ in $(seq 100); do
  grep -q '^traind ready' "$folder/out" && break
  sleep 0.1
done
TRAIND_SERVER=$(sed -n 's/^traind ready grpc=\([^ ]*\).*/\1/p' "$folder/out")
export TRAIND_SERVER
[[ $TRAIND_SERVER ]] || { cat "$folder/log" >&2; exit 1; }

# In the background: the most that the server took until it is told to stop.
(
  peak=0
  while now=$(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$server/status" 2>/dev/null) && [[ $now ]]; do
    if ((now > peak)); then peak=$now; echo "$peak" >"$folder/peak"; fi
    sleep 0.05
  done
) &
watcher=$!

"$build_dir/trainctl" dataset create large --npy "$folder/x.npy" --labels-npy "$folder/y.npy" >/dev/null
rm "$folder/x.npy" "$folder/y.npy"
cat >"$folder/spec.json" <<'JSON'
{
  "model": {"layers": [
    {"dense": {"units": 16}}, {"activation": {"function": "RELU"}},
    {"dense": {"units": 2}}, {"activation": {"function": "SOFTMAX"}}
  ]},
  "loss": {"categorical_crossentropy": {}},
  "optimizer": {"adam": {"learning_rate": 0.001}},
  "metrics": ["ACCURACY"],
  "epochs": 1,
  "batch_size": 1024,
  "seed": 7,
  "validation_split": 0.1
}
JSON
"$build_dir/trainctl" job create epoch --spec "$folder/spec.json" --dataset large --watch >"$folder/watch" ||
  { cat "$folder/watch" >&2; exit 1; }
"$build_dir/trainctl" -o json job get epoch >"$folder/job.json"
stop_server
wait "$watcher" || true

/usr/bin/python3 - "$folder/job.json" "$(cat "$folder/peak")" "$rows" "$features" "$limit_mb" <<'PYTHON'
import json
import sys

result = json.load(open(sys.argv[1]))["result"]
peak, rows, features, limit = int(sys.argv[2]) / 1000, int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
print(f"{rows} rows, {rows * (features * 4 + 1) / 1e9:.2f} GB: at most {peak:.0f} MB of anonymous memory, "
      f"{result['samples_per_second']:.0f} rows/s, val_accuracy {result['metrics']['val_accuracy']:.4f}")
if peak > limit:
    sys.exit(f"larger-than-memory.sh: {peak:.0f} MB are more than {limit}")
PYTHON
