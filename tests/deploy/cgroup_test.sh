#!/usr/bin/env bash
# A real traind in a real cgroup of one CPU: it, and a job that takes two threads elsewhere, use one.
# usage: cgroup_test.sh SOURCE_DIR BINARY_DIR
# Exit code 77, skipped: no cgroup can be made here, or there are not two cores that it could take one from.
set -euo pipefail
source=$1
export PATH=$2:$PATH no_proxy=127.0.0.1

skip() { echo "skipped: $*"; exit 77; }
[[ $(nproc) -ge 2 ]] || skip "this machine has one core"

# Beside the root of the hierarchy that counts CPU time, and only from there: whoever put this process into a group of
# its own wants it to stay there.
if [[ $(sed -n 's/^[0-9]*:\(.*,\)\?cpu\(,.*\)\?://p' /proc/self/cgroup) == / ]]; then
  hierarchy=/sys/fs/cgroup/cpu
elif [[ $(cat /proc/self/cgroup) == 0::/ ]] && grep -qw cpu /sys/fs/cgroup/cgroup.subtree_control 2>/dev/null; then
  hierarchy=/sys/fs/cgroup
else
  skip "this process is in a cgroup of somebody's, or nothing counts CPU time"
fi
group=$hierarchy/traind-test-$$
mkdir "$group" 2>/dev/null || skip "$hierarchy cannot be written to"

work=$(mktemp -d)
server=
# shellcheck disable=SC2329 # called by the trap
clean_up() {
  [[ -z $server ]] || { kill "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$work"
  rmdir "$group"
}
trap clean_up EXIT

if [[ -e $group/cpu.max ]]; then
  echo "100000 100000" >"$group/cpu.max"
else
  echo 100000 >"$group/cpu.cfs_period_us"
  echo 100000 >"$group/cpu.cfs_quota_us"
fi

# start FOLDER [GROUP]: a traind whose data are there.
start() {
  : >"$work/ready"
  (
    [[ -z ${2:-} ]] || echo "$BASHPID" >"$2/cgroup.procs"
    exec traind --grpc_address=127.0.0.1:0 --metrics_address=127.0.0.1:0 --data_dir="$work/$1" \
      >"$work/ready" 2>"$work/log"
  ) &
  server=$!
  for _ in {1..100}; do grep -q ready "$work/ready" && break; sleep 0.1; done
  TRAIND_SERVER=$(sed -n 's/.*grpc=\([^ ]*\).*/\1/p' "$work/ready")
  export TRAIND_SERVER
  [[ $TRAIND_SERVER ]] || { cat "$work/log"; exit 1; }
}

# Runs a job that is large enough for two threads; prints how many it took.
threads_of_a_job() {
  trainctl dataset create digits --csv "$source/examples/digits.csv" --label label >/dev/null
  trainctl job create wide --spec "$work/wide.json" --dataset digits --watch >/dev/null
  trainctl model get wide | sed -n 's/^threads *//p'
}

sed 's/"units": 128/"units": 2048/; s/"batch_size": 32/"batch_size": 256/; s/"epochs": 20/"epochs": 1/' \
  "$source/examples/digits.json" >"$work/wide.json"

start free
free=$(threads_of_a_job)
kill "$server" && wait "$server"
start bound "$group"
bound=$(threads_of_a_job)
grep -q "traind-test-$$" "/proc/$server/cgroup"
echo "threads without a limit: $free; in $group: $bound"
[[ $free -ge 2 && $bound == 1 ]]
