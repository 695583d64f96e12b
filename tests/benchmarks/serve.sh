# shellcheck shell=bash
# For the scripts beside it, which source it after `set -euo pipefail` in the project's folder: a traind of their own and
# jobs on it.

work=$(mktemp -d)
server=
end_serving() {
  [[ ! $server ]] || { kill "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$work"
}
trap end_serving EXIT

die() { echo "${0##*/}: $*" >&2; exit 1; }

# serve FLAG...: starts traind, on a folder of its own, and tells trainctl where it is. Dies if it does.
serve() {
  build/release/traind --grpc_address=127.0.0.1:0 --metrics_address=127.0.0.1:0 --data_dir="$work/data" "$@" \
    >"$work/ready" 2>"$work/log" &
  server=$!
  until grep -q ready "$work/ready"; do
    kill -0 "$server" 2>/dev/null || die "traind did not start: $(tail -3 "$work/log")"
    sleep 0.05
  done
  TRAIND_SERVER=$(sed -n 's/.*grpc=\([^ ]*\).*/\1/p' "$work/ready")
  export TRAIND_SERVER
}

# rate JOB: its rows a second, once it has SUCCEEDED. Dies if it does not, or if traind is gone. It asks seldom: to watch
# would take from the cores.
rate() {
  local job state
  while true; do
    job=$(build/release/trainctl -o json job get "$1") || die "no answer about job $1: $(tail -3 "$work/log")"
    state=$(sed -n 's/^ *"state": *"\([A-Z]*\)".*/\1/p' <<<"$job" | head -1)
    case $state in
      SUCCEEDED) break ;;
      QUEUED | RUNNING) sleep "${poll:-1}" ;;
      *) die "job $1 is ${state:-in no known state}" ;;
    esac
  done
  python3 -c 'import json, sys; print(round(json.load(sys.stdin)["result"]["samples_per_second"]))' <<<"$job"
}
