#!/usr/bin/env bash
# Each script that measures the whole service, once and briefly, and what they do if something is wrong.
# usage: scripts_test.sh [--peers]    needs build/release; --peers: those beside PyTorch, skipped (77) where it is not
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
here=tests/benchmarks
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "scripts_test.sh: $*" >&2; cat "$work/out" "$work/err" >&2; exit 1; }
# says PATTERN COMMAND...: it succeeds and prints that.
says() {
  local pattern=$1; shift
  "$@" >"$work/out" 2>"$work/err" || fail "$* failed"
  grep -Eq -- "$pattern" "$work/out" || fail "$* does not print $pattern"
}
# refuses PATTERN COMMAND...: it fails and says that.
refuses() {
  local pattern=$1; shift
  if "$@" >"$work/out" 2>"$work/err"; then fail "$* did not fail"; fi
  grep -Eq -- "$pattern" "$work/err" || fail "$* does not say $pattern"
}

if [[ ${1:-} == --peers ]]; then
  /usr/bin/python3 -c 'import torch' 2>/dev/null || exit 77
  # The widths are S's; compiling takes longer than a test may.
  says '"network": "64-128-64-10@32", "batch": 32, "samples_per_second": [1-9]' \
    /usr/bin/python3 $here/torch_mlp.py --threads 1 --seconds 0.05 64-128-64-10@32
  says '^traind-Keras +[1-9][0-9]+ +[0-9.]+$' $here/digits.sh 1
  says '"many_jobs/ratio_to_warm", "figure": [0-9.]+' $here/many_jobs.sh --turns 1 --jobs 10 --processes 2
  exit 0
fi

export poll=0.1
says '^after_all_cores +[1-9][0-9]* +[0-9.]+$' $here/shared_cores.sh --turns 1 --epochs 1
says '"many_jobs/traind", "figure": [1-9]' $here/many_jobs.sh --turns 1 --jobs 10 --no-peers
says '^every-step +[1-9][0-9]* +500 ' $here/checkpoint_cost.sh --turns 1 --seconds 1
for script in digits.sh shared_cores.sh many_jobs.sh checkpoint_cost.sh; do
  says '^Usage: ' $here/$script --help
  refuses '--help|above 0' $here/$script --turns 0
done
for option in '--seconds 0' '--seconds 0.0' '--turns 0' '--networks X' '--parts nothing'; do
  # shellcheck disable=SC2086 # an option and its value
  refuses 'benchmark.sh: --' scripts/benchmark.sh $option
done

# A server that does not start, and one that goes, are told of; nobody waits for ever.
cat >"$work/lost" <<'LOST'
set -euo pipefail
source tests/benchmarks/serve.sh
case $1 in
  never) serve --no-such-flag ;;
  gone) serve --cores=1; kill "$server"; rate somebody ;;
  failed)
    serve --cores=1
    build/release/trainctl dataset create digits --csv examples/digits.csv --label label >/dev/null
    sed 's/"epochs": 20/"epochs": 100000/' examples/digits.json >"$work/long.json"
    build/release/trainctl job create long --spec "$work/long.json" --dataset digits >/dev/null
    build/release/trainctl job cancel long >/dev/null
    rate long ;;
esac
LOST
refuses 'traind did not start' timeout 20 bash "$work/lost" never
refuses 'no answer about job somebody' timeout 20 bash "$work/lost" gone
refuses 'job long is CANCELL' timeout 20 bash "$work/lost" failed
