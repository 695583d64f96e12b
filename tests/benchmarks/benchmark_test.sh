#!/usr/bin/env bash
# benchmark.py measures, prints its table, keeps what an earlier run measured, and draws.
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
measure() {
  python3 "$1/benchmark.py" --programs "$2" --out "$work/out" --turns 2 --seconds 0.01 --parts networks \
    --networks "$3" --peer "1.0=python3 $work/peer.py" --peer "2.0=false"
}
measure "$1" "$2" S >"$work/first"
measure "$1" "$2" T >"$work/second"
cat "$work/second"
grep -Eq '^64-128-64-10 +32 +f32 +[12] +[0-9,]{5,} +1\.0 eager, [12] threads? +1 +[0-9]{4,}\.' "$work/second"
grep -Eq '^100-256-128-64-2 +1024 +f32 ' "$work/second"
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
