#!/usr/bin/env bash
# usage: export_test.sh SOURCE_DIR BINARY_DIR
# A model from a real server, in ONNX Runtime and in PyTorch (where that is installed), as docs/export.md shows it: both
# must say what the server says.
set -euo pipefail
source=$1
export PATH=$2:$PATH no_proxy=127.0.0.1
# shellcheck source=scripts/onnx-runtime.sh
source "$source/scripts/onnx-runtime.sh"
work=$(mktemp -d)
server=
clean_up() {
  [[ -z $server ]] || { kill "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
cd "$work"

# The fenced block behind the marker.
block() {
  awk -v marker="<!-- tested: $1 -->" '$0 == marker {wanted = 1; next}
    wanted && /^```/ {if (inside) exit; inside = 1; next} inside' "$source/docs/export.md"
}

traind --grpc_address=127.0.0.1:0 --metrics_address=127.0.0.1:0 --data_dir=data >ready 2>log &
server=$!
for _ in {1..100}; do grep -q ready ready && break; sleep 0.1; done
TRAIND_SERVER=$(sed -n 's/.*grpc=\([^ ]*\).*/\1/p' ready)
export TRAIND_SERVER
trainctl dataset create digits --csv "$source/examples/digits.csv" --label label >/dev/null 2>&1
trainctl job create first --dataset digits --spec "$source/examples/digits.json" --watch >/dev/null 2>&1

block onnx >onnx.sh
[[ $(wc -l <onnx.sh) == 2 ]]
bash -euo pipefail onnx.sh 2>/dev/null
trainctl model export first --format safetensors 2>said
grep -q '^wrote first.safetensors$' said
[[ $(sha256sum <first.safetensors) == "$(trainctl model get first | sed -n 's/^weights sha256 *//p')  -" ]]
cmp first.safetensors <(trainctl model export first --format safetensors -o -)
ls ./*.part 2>/dev/null && { echo "a part was left behind" >&2; exit 1; }

# What the server says of the first 500 rows.
head -501 "$source/examples/digits.csv" >rows.csv
trainctl -o json model predict first --csv rows.csv >predictions.json
/usr/bin/python3 - <<'PYTHON'
import csv
import json

with open("rows.csv") as file:
    rows = [[float(value) for name, value in row.items() if name != "label"] for row in csv.DictReader(file)]
with open("predictions.json") as file:
    expected = [p for line in file if line.strip() for p in json.loads(line)["probabilities"]]
assert len(expected) == 10 * len(rows) == 5000
case = {"inputs": {"features": {"type": "float32", "dims": [len(rows), 64], "values": sum(rows, [])}}, "expected": expected}
for name in "first", "folded":
    with open(name + ".json", "w") as file:
        json.dump(case, file)
PYTHON
node "$source/tests/server/onnx/onnx_runtime.js" . 2

if ! /usr/bin/python3 -c 'import torch' 2>/dev/null; then
  echo "PyTorch is not installed (scripts/install-dependencies.sh --peers): its part is left out"
  exit 0
fi
block torch >torch_part.py
cat >>torch_part.py <<'PYTHON'
case = json.load(open("first.json"))
rows = torch.tensor(case["inputs"]["features"]["values"]).reshape(-1, 64)
with torch.no_grad():
    worst = (torch.softmax(net(rows), 1) - torch.tensor(case["expected"]).reshape(-1, 10)).abs().max().item()
assert worst <= 1e-5, worst
print("PyTorch agrees")
PYTHON
/usr/bin/python3 torch_part.py
