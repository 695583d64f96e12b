#!/usr/bin/env bash
# Measures traind, in turns with PyTorch.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/debian13.sh
source "$root/scripts/debian13.sh"

usage() {
  cat <<'TEXT'
Usage: scripts/benchmark.sh [--turns N] [--seconds S] [--networks NAMES] [--parts PARTS] [--no-peers] [--docs]

Builds the release preset and measures whole training steps, traind's and PyTorch's taking turns: prints a table of
samples a second, the ratio to the best PyTorch, GFLOP/s and the share of the cores' peak, and writes results.json and
pictures in build/benchmarks. What a run leaves out stays in results.json as an earlier run left it there. Leave the
machine alone meanwhile.

  --turns N          turns of each contestant, of which the median counts (5)
  --seconds S        how long a turn is (2)
  --networks NAMES   which networks, such as S,L (S,S256,T,M,L)
  --parts PARTS      which parts (all of them):
                       networks     the table
                       growth       how a step's cost grows with batch, width, depth and rows
                       primitives   products, batch normalization, optimizer, loss, gather
                       service      submit, watch, jobs at once, jobs in the store
                       jobs         1,000 small jobs beside PyTorch; jobs that share the cores
                       upload       a gigabyte over gRPC
  --no-peers         traind alone; PyTorch's figures of an earlier run stay, and say so
  --docs             also puts the figures and pictures in docs/performance.md
  -h, --help         this text

The peers are PyTorch 1.13 of Debian 12 and 2.6 of Debian 13, which is put beside this machine's Debian in
/var/tmp/traind-debian13. That takes root, the network and 4 GB of disk. All of it takes about 25 minutes on 2 cores.

Examples:
  scripts/benchmark.sh                                              all
  scripts/benchmark.sh --no-peers --parts networks --networks S     after a change to the engine
TEXT
}

die() { echo "benchmark.sh: $*" >&2; exit "${status:-1}"; }

turns=5
seconds=2
networks=
parts=networks,growth,primitives,upload,service,jobs
peers=1
docs=
arguments=("$@")
while [[ $# -gt 0 ]]; do
  case $1 in
    --turns | --seconds | --networks | --parts) [[ ${2:-} ]] || status=2 die "$1 needs a value; see --help" ;;&
    --turns) turns=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --networks) networks=$2; shift 2 ;;
    --parts) parts=$2; shift 2 ;;
    --no-peers) peers=; shift ;;
    --docs) docs=1; shift ;;
    -h | --help) usage; exit 0 ;;
    *) status=2 die "unknown option '$1'; see --help" ;;
  esac
done
[[ $turns =~ ^[1-9][0-9]*$ ]] || status=2 die "--turns takes a number from 1, not '$turns'"
[[ $seconds =~ ^[0-9]*\.?[0-9]+$ && $seconds =~ [1-9] ]] || status=2 die "--seconds takes a number above 0, not '$seconds'"
[[ ,$networks, =~ ^(,(S|S256|T|M|L))*,+$ ]] || status=2 die "--networks takes names out of S,S256,T,M,L, not '$networks'"
[[ ,$parts, =~ ^(,(networks|growth|primitives|service|jobs|upload))+,$ ]] || status=2 die "--parts: see --help about '$parts'"
# Only these have peers.
[[ $parts =~ networks|growth|jobs ]] || peers=

cd "$root"
peer_options=()
if [[ $peers ]]; then
  debian13_unshare "$root/scripts/benchmark.sh" "${arguments[@]}"
  scripts/install-dependencies.sh --peers
  debian13_open ''
  # What torch.compile needs, besides.
  debian13_run / env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
    python3-torch python3-numpy libopenblas0-openmp g++ libpython3-dev libtorch-dev python3-setuptools \
    >"$debian13_dir.peers.log" 2>&1 </dev/null ||
    die "apt-get failed in the Debian 13; see $debian13_dir.peers.log"
  install -m 644 tests/benchmarks/torch_mlp.py "$debian13_dir/tmp/"
  # peer ADMINDIR COMMAND: a PyTorch by its package's version, from dpkg's database in ADMINDIR.
  peer() {
    # shellcheck disable=SC2016 # dpkg-query fills it in
    peer_options+=(--peer "$(dpkg-query --admindir="$1" -W -f '${Version}' python3-torch | sed 's/[+-].*//')=$2")
  }
  # On Debian 13 this machine's own would be the same.
  grep -q '^VERSION_ID="13"' /etc/os-release || peer /var/lib/dpkg "/usr/bin/python3 tests/benchmarks/torch_mlp.py"
  peer "$debian13_dir/var/lib/dpkg" \
    "chroot $debian13_dir env -i HOME=/root PATH=/usr/bin:/bin python3 /tmp/torch_mlp.py"
else
  scripts/install-dependencies.sh
fi

# build COMMAND...: quiet, unless it fails.
build() { build_log=$("$@" 2>&1) || { printf '%s\n' "$build_log" >&2; die "$* failed (above)"; }; }

build cmake --preset release
targets=()
[[ $parts =~ networks|growth ]] && targets+=(training_step fma_peak)
[[ $parts =~ primitives ]] && targets+=(engine_benchmark)
[[ $parts =~ service|jobs ]] && targets+=(service_benchmark traind trainctl)
[[ $parts =~ upload ]] && targets+=(upload_benchmark)
build cmake --build --preset release --target "${targets[@]}"

python3 tests/benchmarks/benchmark.py --programs build/release/benchmarks --out build/benchmarks --turns "$turns" \
  --seconds "$seconds" --parts "$parts" ${networks:+--networks "$networks"} ${docs:+--docs docs} \
  "${peer_options[@]}"
