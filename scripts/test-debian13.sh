#!/usr/bin/env bash
# Builds and tests the last commit on Debian 13, whichever Debian this machine runs.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/debian13.sh
source "$root/scripts/debian13.sh"

usage() {
  cat <<'TEXT'
Usage: scripts/test-debian13.sh [--dir DIR] [--mirror URL] [--engine | --folder FOLDER] [--tests REGEX] [--jobs N]

Builds the release preset of HEAD in a Debian 13 "trixie" (oneDNN 3.7, GCC 14) of its own and runs the tests there.
What is not committed is not tested. The Debian, its packages, the build folder and ccache are kept for the next run,
which takes only what changed; delete the folder to begin anew.

  --dir DIR         where the Debian 13 is kept (/var/tmp/traind-debian13)
  --mirror URL      where its packages come from (what this machine's apt takes its own Debian from)
  --folder FOLDER   builds and tests this folder only, such as engine/ops or server/jobs
  --engine          the same as --folder engine
  --tests REGEX     runs only the tests whose name matches
  --jobs N          compilers and tests at a time (the number of cores)
  -h, --help        this text

Needs root, debootstrap, unshare (util-linux), the network, 4 GB of disk; on 2 cores, 3 minutes to make the
Debian and 15 to build all of traind the first time.

Examples:
  scripts/test-debian13.sh                                 all
  scripts/test-debian13.sh --engine                        after work on oneDNN's primitives
  scripts/test-debian13.sh --folder engine --tests Softmax
TEXT
}

die() { echo "test-debian13.sh: $*" >&2; exit "${status:-1}"; }

mirror=
folder=
tests=.
jobs=$(nproc)
while [[ $# -gt 0 ]]; do
  case $1 in
    --dir | --mirror | --folder | --tests | --jobs) [[ ${2:-} ]] || status=2 die "$1 needs a value; see --help" ;;&
    --dir) debian13_dir=$(realpath -m "$2"); shift 2 ;;
    --mirror) mirror=$2; shift 2 ;;
    --folder) folder=${2%/}; shift 2 ;;
    --tests) tests=$2; shift 2 ;;
    --jobs) jobs=$2; shift 2 ;;
    --engine) folder=engine; shift ;;
    -h | --help) usage; exit 0 ;;
    *) status=2 die "unknown option '$1'; see --help" ;;
  esac
done
[[ $jobs =~ ^[1-9][0-9]*$ ]] || status=2 die "--jobs takes a number from 1, not '$jobs'"
[[ -z $folder || -f $root/tests/$folder/CMakeLists.txt ]] || status=2 die "--folder: there is no tests/$folder"

debian13_unshare "$root/scripts/test-debian13.sh" --dir "$debian13_dir" ${mirror:+--mirror "$mirror"} \
  ${folder:+--folder "$folder"} --tests "$tests" --jobs "$jobs"
debian13_open "$mirror"
inside() { debian13_run /root/traind "$@"; }

# One clone, moved from commit to commit, so that only what changed is built again.
clone=$debian13_dir/root/traind
[[ -d $clone/.git ]] || git init --quiet "$clone"
git -C "$clone" fetch --quiet "$root" HEAD
git -C "$clone" checkout --quiet --force --detach FETCH_HEAD
git -C "$clone" clean --quiet -ffdx --exclude=/build
git -C "$clone" log -1 --format='Testing %h %s'
git -C "$root" diff --quiet HEAD || echo "There are changes that are not committed; they are not tested."

inside scripts/install-dependencies.sh
inside cmake --preset release >"$debian13_dir.configure.log" || {
  tail -n 40 "$debian13_dir.configure.log" >&2
  die "cmake failed (above; all of it in $debian13_dir.configure.log)"
}
inside cmake --build --preset release --parallel "$jobs" --target "${folder:+tests/$folder/}all"
inside ctest --test-dir "build/release/tests${folder:+/$folder}" --output-on-failure --no-tests=error -R "$tests" -j "$jobs"
