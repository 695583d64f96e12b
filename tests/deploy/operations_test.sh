#!/usr/bin/env bash
# usage: operations_test.sh SOURCE_DIR BINARY_DIR
# Runs what docs/operations.md shows for a machine of its own: the blocks behind `<!-- tested: NAME -->`, as a reader would,
# but on free ports.
set -euo pipefail
source=$1
binary=$2
export no_proxy=127.0.0.1,localhost no_grpc_proxy=127.0.0.1,localhost
work=$(mktemp -d)
# shellcheck disable=SC2329 # called by the trap
clean_up() {
  [[ ! -e $work/pid ]] || kill "$(cat "$work/pid")" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
cd "$work"
cp -r "$source/examples" .

read -r port metrics < <(/usr/bin/python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*[s.getsockname()[1] for s in sockets])')
mkdir bin
cat >bin/traind <<PROGRAM
#!/bin/sh
echo \$\$ >"$work/pid"
exec "$binary/traind" --grpc_address=127.0.0.1:$port --metrics_address=127.0.0.1:$metrics "\$@"
PROGRAM
chmod +x bin/traind
export PATH=$work/bin:$binary:$PATH TRAIND_SERVER=127.0.0.1:$port

# run BLOCK: the fenced block behind the marker, with job control, as in a terminal.
run() {
  awk -v marker="<!-- tested: $1 -->" '$0 == marker {wanted = 1; next}
    wanted && /^```/ {if (inside) exit; inside = 1; next} inside' "$source/docs/operations.md" |
    sed "s/127.0.0.1:9464/127.0.0.1:$metrics/" >"$1.sh"
  [[ -s $1.sh ]] || { echo "docs/operations.md has no block '$1'" >&2; return 1; }
  timeout 120 bash -m -euo pipefail "$1.sh" >"$1.log" 2>&1 || { cat "$1.log" >&2; return 1; }
}

run host
grep -q 'SUCCEEDED' host.log
grep -q '^traind_jobs{state="SUCCEEDED"} 1' host.log
run certificate
run tokens
grep -q 'SUCCEEDED' tokens.log
grep -q '"name":"alice".*"resource":"datasets/acme-digits","code":"OK"' audit.jsonl
[[ $(stat -c %a alice.token) == 600 ]]
echo "all of it works"
