#!/usr/bin/env bash
# Installs what traind needs from Debian's own packages. Does nothing, and needs no root, when all of it is there.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: scripts/install-dependencies.sh [--build-only | --peers] [--list]

Installs the Debian packages (12 "bookworm" or 13 "trixie") that building, testing and linting need.

  --build-only   only what it takes to build and run traind and trainctl
  --peers        also what scripts/benchmark.sh needs: a BLAS that does PyTorch justice, and the way to a newer one
  --list         print the packages, one a line, and install nothing
  -h, --help     this text

Examples:
  scripts/install-dependencies.sh                all, for scripts/test.sh
  scripts/install-dependencies.sh --build-only   for a plain cmake build
TEXT
}

# SOCI's headers include those of Boost and SQLite.
to_build=(
  g++ cmake ninja-build pkgconf ca-certificates
  libabsl-dev libboost-dev libcivetweb-dev libcli11-dev libcsv-dev libdnnl-dev libgrpc++-dev libisal-dev libonnx-dev libprotobuf-dev
  libsoci-dev libspdlog-dev libsqlite3-dev libssl-dev libyaml-cpp-dev nlohmann-json3-dev prometheus-cpp-dev
  protobuf-compiler protobuf-compiler-grpc
)
# The fuzzers link libclang-rt.
to_test=(ccache clang clang-format clang-tidy faketime gcovr git libbenchmark-dev libclang-rt-dev libgmock-dev libgtest-dev
         libomp-dev prometheus python3-grpcio python3-numpy python3-pandas python3-protobuf python3-pytest
         python3-sklearn python3-torch shellcheck)
# debootstrap makes the Debian 13 that the newer PyTorch comes from.
peers=(debootstrap libopenblas0-openmp)

packages=("${to_build[@]}" "${to_test[@]}")
list=
for option in "$@"; do
  case $option in
    --build-only) packages=("${to_build[@]}") ;;
    --peers) packages+=("${peers[@]}") ;;
    --list) list=1 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "install-dependencies.sh: unknown option '$option'; see --help" >&2; exit 2 ;;
  esac
done
# buf, which lints the protos, comes through npm. A Node.js from elsewhere has its own npm, which Debian's would fight.
if [[ ${#packages[@]} -gt ${#to_build[@]} ]] && ! command -v npm >/dev/null; then packages+=(nodejs npm); fi
if [[ $list ]]; then printf '%s\n' "${packages[@]}"; exit 0; fi

if ! command -v dpkg-query >/dev/null; then
  echo "install-dependencies.sh: this is not a Debian system; install the equivalents of these by hand:" >&2
  printf '  %s\n' "${packages[@]}" >&2
  exit 1
fi
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')
missing=()
for package in "${packages[@]}"; do
  grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

as_root=()
if [[ $(id -u) != 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "install-dependencies.sh: as root, run: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@" \
    >"$log" 2>&1 </dev/null
}

started=$SECONDS
echo "Installing ${#missing[@]} Debian packages and what they depend on: ${missing[*]}"
# The package lists may be there but stale, so a failure is tried once more with fresh ones.
have_lists=$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -print -quit 2>/dev/null || true)
if ! { [[ $have_lists ]] && apt install -y --no-install-recommends "${missing[@]}"; }; then
  if ! apt update || ! apt install -y --no-install-recommends "${missing[@]}"; then
    cat "$log" >&2
    echo "install-dependencies.sh: apt-get failed (above). Is the network there, and is this Debian 12 or 13?" >&2
    exit 1
  fi
fi
# Tests run it themselves, on loopback; the service would listen on every interface.
if [[ " ${missing[*]} " == *" prometheus "* && -d /run/systemd/system ]]; then
  "${as_root[@]}" systemctl disable --now --quiet prometheus || true
fi
echo "Installed in $((SECONDS - started)) s"
