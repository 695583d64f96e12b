#!/usr/bin/env bash
# benchmark.py measures, prints its table, keeps what an earlier run measured, draws, and fills the page in.
# usage: benchmark_test.sh SOURCE_FOLDER PROGRAM_FOLDER
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A peer that is always asked, and always answers with one sample a second.
cat >"$work/peer.py" <<'PEER'
import json, sys
for line in sys.stdin:
    print(json.dumps({"network": line.split()[0], "samples_per_second": 1}), flush=True)
PEER
# run PARTS OPTION...
run() {
  python3 -B "$source/benchmark.py" --programs "$programs" --out "$work/out" --turns 2 --seconds 0.01 --parts "$@"
}
source=$1 programs=$2
peers=(--peer "1.0=python3 $work/peer.py" --peer "2.0=false")
run networks --networks S "${peers[@]}" >"$work/first"
run networks --networks T "${peers[@]}" >"$work/second"
cat "$work/second"
grep -Eq '^\| 64-128-64-10 \| 32 \| f32 \| [0-9,]{5,} \| [12] \| 1\.0 eager, [12] threads? \| 1 \| [0-9]{4,}\.' "$work/second"
grep -Eq '^\| 100-256-128-64-2 \| 1024 \| f32 \|' "$work/second"
python3 - "$work/out" <<'CHECK'
import json, pathlib, sys, xml.dom.minidom
out = pathlib.Path(sys.argv[1])
networks = json.loads((out / "results.json").read_text())["networks"]
assert sorted(networks) == ["S", "T"], networks.keys()
# 64 x 128 + 128 x 64 + 64 x 10, three products each, but only two of the first.
assert networks["S"]["flop_per_sample"] == 2 * (3 * (8192 + 8192 + 640) - 8192)
assert len(networks["S"]["f32"]["ratios"]) == 2
for picture in ["ratio-f32.svg", "share-of-peak.svg"]:
    svg = xml.dom.minidom.parse(str(out / picture))
    bars = [r for r in svg.getElementsByTagName("rect") if "bar" in r.getAttribute("class")]
    assert len(bars) == 3, (picture, len(bars))  # of the legend, S and T
CHECK

# Without peers those of the run before stay.
run networks --networks S >"$work/third"
grep -Eq '^\| 64-128-64-10 \| 32 \| f32 \| [0-9,]{5,} \| [12] \| 1\.0 eager, [12] threads? \| 1 \| [0-9]{4,}\.[0-9]+\* ' "$work/third"

# Figures of every kind, as the programs would leave them, fill in the whole page. Nothing is measured.
mkdir -p "$work/docs/pictures"
cp "$source/../../docs/performance.md" "$work/docs/"
python3 - "$work/out/results.json" <<'CANNED'
import json, sys
run = {"traind": "canned", "when": "2026-11-27 12:00"}
def curve(unit):
    return {"x": "rows", "about": "a network", "measured": run,
            unit: {"traind": [[2 ** i, 10.0 * 2 ** i] for i in range(3, 9)]}}
shapes = {"rows:8/inputs:4/outputs:2": ["DenseForward", "DenseForwardBfloat16"], "rows:8/channels:4": ["BatchNormalizationForward"],
          "rows:8/features:4": ["BatchGather"], "rows:8/classes:4": ["CrossEntropy"], "weights:1000": ["AdamUpdate"]}
results = json.load(open(sys.argv[1]))
results["growth"] = {what: curve("microseconds_per_step") for what in ["batch", "width", "depth"]}
results["growth"]["rows"] = curve("nanoseconds_per_row")
results["benchmarks"]["primitives"] = [
    {"name": f"{name}/{shape}/threads:{threads}/real_time_median", "run_name": f"{name}/{shape}/threads:{threads}/real_time",
     "aggregate_name": "median", "FLOP": 77e9, "bytes_per_second": 77e9}
    for shape, names in shapes.items() for name in names for threads in [1, 2]]
results["benchmarks"]["service"] = [
    {"name": f"{name}/real_time", "run_type": "iteration", "median_ms": 7.0, "jobs_per_second": 77.0}
    for name in ["JobsAtOnce/10", "JobsAtOnce/1000", "StoreGet/0", "StoreGet/100000"]]
results["measured"].update(primitives=run, service=run)
json.dump(results, open(sys.argv[1], "w"))
CANNED
run '' --docs "$work/docs" >"$work/fourth"
[[ $(grep -c 'canned' "$work/docs/performance.md") == 11 ]] || { grep canned "$work/docs/performance.md"; exit 1; }
grep -q '^| 8, 4, 2 | 77 | 77 |' "$work/docs/performance.md"
for picture in ratio-f32 share-of-peak growth-batch growth-rows growth-jobs growth-store; do
  [[ -s $work/docs/pictures/performance-$picture.svg ]] || { echo "no picture $picture" >&2; exit 1; }
done
