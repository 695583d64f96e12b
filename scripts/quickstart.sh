#!/usr/bin/env bash
# From nothing to a trained network: installs what the build needs, builds traind and trainctl, trains the network of
# examples/digits.json on real handwritten digits, and measures it on rows that it has not seen.
# For Debian 12 or 13, as root or with sudo; works from any folder and cleans up after itself.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/release
work=$(mktemp -d)
server=

step() { printf '\n== %s\n' "$*"; }

run() {
  printf '$ %s\n' "$*"
  "$@"
}

clean_up() {
  if [[ -n $server ]]; then
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Prints the address that the ready line of traind names for $1, `grpc` or `metrics`.
ready_address() {
  sed -n "s/^traind ready .*\b$1=\([^ ]*\).*/\1/p" "$work/traind.out"
}

# GET http://$1$2 with nothing but bash: a new machine need not have curl.
http_get() {
  local connection
  exec {connection}<>"/dev/tcp/${1%:*}/${1##*:}"
  printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$2" "$1" >&"$connection"
  cat <&"$connection"
  exec {connection}>&-
}

step "Installing what the build needs"
"$root/scripts/install-dependencies.sh" --build-only

step "Building traind and trainctl in build/release"
cd "$root"
if [[ ! -f $build/build.ninja ]]; then
  cmake --preset release -DTRAIND_BUILD_TESTS=OFF >"$work/configure.log" || {
    cat "$work/configure.log"
    exit 1
  }
fi
cmake --build --preset release --target traind trainctl
PATH=$build:$PATH

step "Starting traind on a free port, with its data in a temporary folder"
# A proxy for the world outside would not find this machine's own address.
export no_proxy="127.0.0.1${no_proxy:+,$no_proxy}"
traind --grpc_address=127.0.0.1:0 --metrics_address=127.0.0.1:0 --data_dir="$work/data" \
  >"$work/traind.out" 2>"$work/traind.log" &
server=$!
for ((tenths = 0; tenths < 100; ++tenths)); do
  [[ -n $(ready_address grpc) ]] && break
  if ! kill -0 "$server" 2>/dev/null; then break; fi
  sleep 0.1
done
if [[ -z $(ready_address grpc) ]]; then
  echo "traind did not start; it says:" >&2
  cat "$work/traind.out" "$work/traind.log" >&2
  exit 1
fi
cat "$work/traind.out"
TRAIND_SERVER=$(ready_address grpc)
export TRAIND_SERVER

step "Uploading 1,797 handwritten digits"
run trainctl dataset create digits --csv examples/digits.csv --label label

step "Training examples/digits.json on four fifths of them"
run trainctl job create first --spec examples/digits.json --dataset digits --watch

step "Predicting digits that were held out of training"
run trainctl model predict first --held-out 5

step "The job counters, as Prometheus scrapes them"
http_get "$(ready_address metrics)" /metrics >"$work/metrics"
grep '^traind_jobs' "$work/metrics" | grep -v ' 0$'

step "Measuring on all rows that were held out"
trainctl model predict first --held-out 100000 >"$work/predictions"
accuracy=$(sed -n 's/^accuracy \([0-9.]*\) .*/\1/p' "$work/predictions")
tail -n 1 "$work/predictions"
[[ -n $accuracy ]]

step "Stopping traind"
kill -TERM "$server"
status=0
wait "$server" || status=$?
server=
if ((status != 0)); then
  echo "traind ended with exit status $status; it says:" >&2
  cat "$work/traind.log" >&2
  exit 1
fi
echo "traind stopped cleanly"

printf '\ntest accuracy %s\n' "$accuracy"
