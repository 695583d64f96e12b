#!/usr/bin/env bash
# Draws the Grafana dashboard's panels, without Grafana: what a real Prometheus answers to its queries while jobs run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: scripts/plot-dashboard.sh [--seconds N] [--build-dir DIR] [PICTURE]

Starts traind and Prometheus on loopback, lets jobs run, asks every query of deploy/grafana/dashboards/traind.json, and
draws the answers into PICTURE (docs/pictures/dashboard.png). Needs Debian's packages prometheus and python3-matplotlib.

  --seconds N       how long jobs run (400; rates over 5 minutes need as long to rise)
  --build-dir DIR   where traind and trainctl are (build/release)
  -h, --help        this text

Example:
  scripts/plot-dashboard.sh --seconds 60 /tmp/dashboard.svg
TEXT
}

seconds=400
build_dir=build/release
picture=docs/pictures/dashboard.png
while [[ $# -gt 0 ]]; do
  case $1 in
    --seconds) seconds=${2:?--seconds needs a number}; shift 2 ;;
    --build-dir) build_dir=${2:?--build-dir needs a folder}; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    -*) echo "plot-dashboard.sh: unknown option '$1'; see --help" >&2; exit 2 ;;
    *) picture=$1; shift ;;
  esac
done
for program in prometheus "$build_dir/traind" "$build_dir/trainctl"; do
  command -v "$program" >/dev/null || { echo "plot-dashboard.sh: $program is not there; see --help" >&2; exit 1; }
done
/usr/bin/python3 -c 'import matplotlib' 2>/dev/null ||
  { echo "plot-dashboard.sh: as root, run: apt-get install python3-matplotlib" >&2; exit 1; }

/usr/bin/python3 -B tests/deploy/monitoring/plot.py "$build_dir" "$seconds" "$picture"
echo "$picture: $(wc -c <"$picture") bytes, from $seconds seconds of a real traind and a real Prometheus"
