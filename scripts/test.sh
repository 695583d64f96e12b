#!/usr/bin/env bash
# Installs what is missing, builds, runs the tests and the lints.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: scripts/test.sh [--full] [--preset NAME]... [--no-lint] [--jobs N]

Builds and tests traind on Debian 12 or 13; exit code 0 only if all of it passed. Logs are kept in build/PRESET/.

  --preset NAME   release (the default), debug, asan or tsan; may be repeated
  --full          release, asan and tsan, and the lints
  --no-lint       tests only
  --jobs N        tests run at a time (2)
  -h, --help      this text

Examples:
  scripts/test.sh                           before a commit
  scripts/test.sh --full                    before a merge
  scripts/test.sh --preset tsan --no-lint   after touching threads
  ctest --preset release -R Trainer         some tests again, once built
TEXT
}

presets=()
lint=1
jobs=2
while [[ $# -gt 0 ]]; do
  case $1 in
    --preset)
      case ${2:-} in
        release | debug | asan | tsan) presets+=("$2") ;;
        *) echo "test.sh: --preset takes release, debug, asan or tsan, not '${2:-}'" >&2; exit 2 ;;
      esac
      shift 2 ;;
    --full) presets=(release asan tsan); shift ;;
    --no-lint) lint=; shift ;;
    --jobs)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { echo "test.sh: --jobs takes a number from 1, not '${2:-}'" >&2; exit 2; }
      jobs=$2; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "test.sh: unknown option '$1'; see --help" >&2; exit 2 ;;
  esac
done
[[ ${#presets[@]} -gt 0 ]] || presets=(release)

child=
trap '[[ -z $child ]] || kill "$child" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM

# step NAME LOG COMMAND...: runs it with its output in LOG, and says every half a minute how far it is.
step() {
  local name=$1 log=$2 started=$SECONDS told=$SECONDS status=0
  shift 2
  "$@" >"$log" 2>&1 &
  child=$!
  while kill -0 "$child" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - told >= 30)); then
      told=$SECONDS
      printf '  %s, %d s: %.90s\n' "$name" $((SECONDS - started)) "$(tail -n 1 "$log")"
    fi
  done
  wait "$child" || status=$?
  child=
  [[ $status == 0 ]] && printf '%s: done in %d s\n' "$name" $((SECONDS - started))
  return "$status"
}

failed=()
fail() { failed+=("$1"); printf '%s: FAILED\n' "$1"; }

test_preset() {
  local preset=$1
  local logs=build/$preset
  mkdir -p "$logs"
  if ! step "configure $preset" "$logs/configure.log" cmake --preset "$preset"; then
    cat "$logs/configure.log"; fail "configure $preset"; return
  fi
  if ! step "build $preset" "$logs/build.log" cmake --build --preset "$preset"; then
    grep -vE '^\[[0-9]+/[0-9]+\]' "$logs/build.log" | tail -n 200; fail "build $preset"; return
  fi
  if ! step "test $preset" "$logs/test.log" ctest --preset "$preset" -j "$jobs"; then
    grep -vE '^ *([0-9]+/[0-9]+ Test .* Passed |Start )' "$logs/test.log"; fail "test $preset"
  fi
}

scripts/install-dependencies.sh
for preset in "${presets[@]}"; do test_preset "$preset"; done
if [[ $lint ]] && ! scripts/lint.sh --build-dir "build/${presets[0]}"; then fail lint; fi

# CTest's own verdicts, the first preset's last.
echo
for ((i = ${#presets[@]} - 1; i >= 0; --i)); do
  echo "${presets[i]}:"
  sed -n '/% tests passed/,$p' "build/${presets[i]}/test.log" 2>/dev/null | grep -vE '^Errors while|^$' || true
done
echo
if [[ ${#failed[@]} -gt 0 ]]; then
  printf 'FAILED after %d s: ' "$SECONDS"
  (IFS=,; echo "${failed[*]}")
  exit 1
fi
echo "All passed in $SECONDS s"
