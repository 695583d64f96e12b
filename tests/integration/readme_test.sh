#!/usr/bin/env bash
# Runs what the README shows: the blocks behind `<!-- tested: NAME -->`, against a real server, as a reader would.
# usage: readme_test.sh SOURCE_DIR BINARY_DIR
set -euo pipefail
source=$1
export PATH=$2:$PATH no_proxy=127.0.0.1
work=$(mktemp -d)
server=
clean_up() {
  [[ -z $server ]] || { kill "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
cd "$work"
cp -r "$source/proto" "$source/examples" .

# The fenced block behind the marker.
block() {
  awk -v marker="<!-- tested: $1 -->" '$0 == marker {wanted = 1; next}
    wanted && /^```/ {if (inside) exit; inside = 1; next} inside' "$source/README.md"
}

traind --grpc_address=127.0.0.1:0 --metrics_address=127.0.0.1:0 --data_dir=data >ready 2>log &
server=$!
for _ in {1..100}; do grep -q ready ready && break; sleep 0.1; done
TRAIND_SERVER=$(sed -n 's/.*grpc=\([^ ]*\).*/\1/p' ready)
export TRAIND_SERVER

echo "== the tour"
block tour | sed '/^export PATH/d; /^traind /d; /^kill /d' >tour.sh
[[ $(wc -l <tour.sh) -ge 9 ]]
bash -euo pipefail tour.sh >tour.log
grep -q 'SUCCEEDED' tour.log
grep -q '^accuracy ' tour.log
[[ $(grep -c . predictions.txt) -ge 1797 ]]

echo "== the spec"
diff <(block spec) "$source/examples/digits.json"

echo "== the refusal"
block refusal | tail -n +2 >expected
command=$(block refusal | sed -n '1s/^\$ //p')
sed 's/"units": 64/"units": 0/; s/"epochs": 20/"epochs": -1/' examples/digits.json >broken.json
if bash -c "$command" >out 2>refused; then echo "the broken spec was accepted" >&2; exit 1; fi
same_id() { sed -E 's/^request id: [0-9a-f]{32}$/request id: ID/' "$1"; }
diff <(same_id refused) <(same_id expected)

echo "== Keras"
block keras >keras.py
PYTHONPATH=$source/client/python /usr/bin/python3 -B keras.py >keras.log
grep -q ' Total params: 17,994 ' keras.log
tail -n 1 keras.log | grep -Eq '^45/45 .* - val_accuracy: (0\.9[7-9]|1\.0)'
[[ -s digits.onnx ]]

echo "== Python"
block stubs >stubs.sh
bash -euo pipefail stubs.sh
block python | sed "s/127.0.0.1:50051/$TRAIND_SERVER/" >job.py
[[ $(wc -l <job.py) -le 20 ]]
/usr/bin/python3 job.py >python.log
[[ $(wc -l <python.log) == 20 ]]
grep -q "^20 {.*'val_accuracy': 0.9" python.log
echo "all of it works"
