#!/usr/bin/env bash
# Builds the image of the Dockerfile and trains in it, where there is no Docker.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/container.sh
source "$root/scripts/container.sh"

usage() {
  cat <<'TEXT'
Usage: scripts/test-image.sh [--debian NAME] [--no-build] [--dir DIR] [--mirror URL]

Builds HEAD's Dockerfile (what is not committed is not in it) on a base image that debootstrap makes, with buildah, and
starts the image as `docker run --read-only --network none --cap-drop ALL --user 10001` would. Checks that

  - it has no compiler, does not run as root, writes to its volume only, and has the labels, the exec-form entry point
    and the health check that the Dockerfile gives it
  - it takes at most 150 MB over its base, and is healthy within a second of its start
  - SIGTERM in the middle of a job ends it cleanly within 10 seconds, and the next container on the same volume ends
    the job with the weights of a job that nobody disturbed

and prints the figures. Exit code 0 only if all of it holds.

  --debian NAME   trixie (the default) or bookworm
  --no-build      tries the image of the last run again
  --dir DIR       where bases and images are kept (/var/tmp/traind-image)
  --mirror URL    where the base's packages come from (what this machine's apt takes its own Debian from)
  -h, --help      this text

Needs Debian 12 or 13, root, the network to a Debian mirror, 8 GB of disk. It installs buildah, debootstrap, git and
iproute2 if they are not there. It compiles all of traind.

Examples:
  scripts/test-image.sh
  scripts/test-image.sh --debian bookworm
  scripts/test-image.sh --no-build          after changing this script
TEXT
}

die() { echo "test-image.sh: $*" >&2; exit "${status:-1}"; }
step() { printf '\n== %s\n' "$*"; }

debian=trixie
build=1
dir=/var/tmp/traind-image
mirror=
while [[ $# -gt 0 ]]; do
  case $1 in
    --debian | --dir | --mirror) [[ ${2:-} ]] || status=2 die "$1 needs a value; see --help" ;;&
    --debian) debian=$2; shift 2 ;;
    --dir) dir=$(realpath -m "$2"); shift 2 ;;
    --mirror) mirror=$2; shift 2 ;;
    --no-build) build=; shift ;;
    -h | --help) usage; exit 0 ;;
    *) status=2 die "unknown option '$1'; see --help" ;;
  esac
done
[[ $debian == trixie || $debian == bookworm ]] || status=2 die "--debian takes trixie or bookworm, not '$debian'"
[[ $(id -u) == 0 ]] || die "run it as root: debootstrap and chroot need it"

most_megabytes=150
most_start_ms=1000
most_drain_ms=10000

mkdir -p "$dir"
exec 9>"$dir/lock"
flock --nonblock 9 || { echo "Waiting for another run in $dir"; flock 9; }
work=$(mktemp -d "$dir/run.XXXXXX")
image=localhost/traind:$debian
base_image=docker.io/library/debian:$debian-slim
base=$dir/base-$debian
working=()

# All of its state is in the folder; no daemon, no kernel module, no registry.
buildah_here() {
  command buildah --root "$dir/storage" --runroot "$dir/storage-run" --storage-driver vfs "$@"
}

# shellcheck disable=SC2329 # called by the trap
clean_up() {
  container_kill
  [[ ${#working[@]} == 0 ]] || buildah_here rm "${working[@]}" >/dev/null || true
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

install_tools() {
  local missing=() program
  for program in buildah debootstrap git ip:iproute2; do
    command -v "${program%:*}" >/dev/null || missing+=("${program#*:}")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  step "Installing ${missing[*]}"
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}"; } \
    >"$work/apt.log" 2>&1 </dev/null || { cat "$work/apt.log" >&2; die "apt-get failed (above)"; }
}

# What debian:NAME-slim is: a minimal Debian that unpacks no documentation.
make_base() {
  [[ ! -d $base ]] || return 0
  step "Making a base image with debootstrap"
  # shellcheck disable=SC2016 # apt fills these in
  [[ $mirror ]] || mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' |
    sed -n '/-security/!s/^Debian //p' | head -n 1) || true
  rm -rf --one-file-system "$base.part"
  debootstrap --variant=minbase "$debian" "$base.part" ${mirror:+"$mirror"} >"$base.log" || {
    tail -n 20 "$base.log" >&2
    die "debootstrap failed (above; all of it in $base.log). Is the network there? --mirror names another source"
  }
  printf 'path-exclude /usr/share/%s/*\n' doc man info locale groff lintian linda >"$base.part/etc/dpkg/dpkg.cfg.d/slim"
  echo 'path-include /usr/share/doc/*/copyright' >>"$base.part/etc/dpkg/dpkg.cfg.d/slim"
  # Whoever runs a container brings devices along.
  rm -rf "$base.part"/dev/* "$base.part"/var/cache/apt/* "$base.part"/var/lib/apt/lists/* \
    "$base.part"/usr/share/{man,info,locale,groff,lintian,linda}/*
  # The mirror is reached as from outside.
  apt-config dump | grep -E '^Acquire::(Check|Retries|https?|ftp)' >"$base.part/etc/apt/apt.conf.d/80acquire" || true
  mv "$base.part" "$base"
}

make_image() {
  make_base
  step "Building $image"
  local container context=$work/context
  container=$(buildah_here from scratch)
  working=("$container")
  cp -a "$base/." "$(buildah_here mount "$container")/"
  buildah_here umount "$container" >/dev/null
  buildah_here commit --quiet "$container" "$base_image" >/dev/null
  buildah_here rm "$container" >/dev/null
  working=()
  mkdir "$context"
  git -C "$root" archive HEAD | tar -x -C "$context"
  git -C "$root" diff --quiet HEAD || echo "There are changes that are not committed; they are not in the image."
  local started=$SECONDS
  buildah_here bud --isolation chroot --format docker --pull-never --build-arg "DEBIAN=$debian" \
    --build-arg "VERSION=$(sed -n 's/^project(traind VERSION \([^ ]*\).*/\1/p' "$root/CMakeLists.txt")" \
    --build-arg "REVISION=$(git -C "$root" rev-parse HEAD)" --tag "$image" "$context" \
    >"$dir/build-$debian.log" 2>&1 || {
    tail -n 40 "$dir/build-$debian.log" >&2
    die "the build failed (above; all of it in $dir/build-$debian.log)"
  }
  buildah_here rmi --prune >/dev/null 2>&1 || true
  echo "built in $((SECONDS - started)) s"
}

failed=0
# check WHAT COMMAND...: says whether it holds.
check() {
  local what=$1
  shift
  if "$@"; then echo "  ok: $what"; else echo "  FAILED: $what"; failed=1; fi
}
megabytes() { du -s --apparent-size --block-size=1000000 "$1" | cut -f 1; }
fails() { ! "$@" >/dev/null 2>&1; }
at_most() { [[ $1 -le $2 ]]; }

# of_image FORMAT: what the image's configuration says.
of_image() { buildah_here inspect --type image --format "{{with .Docker.Config}}$1{{end}}" "$image"; }

milliseconds() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

# start VOLUME: the image's own command and --insecure on the volume, waited for until the image's own health check passes; start_ms is
# how long that took.
start() {
  local before
  before=$(milliseconds)
  container_start "$rootfs" "$1" "$volume_path" "$user" "$root/examples" "${environment[@]}" \
    "${entry_point[@]}" --insecure \
    >>"$work/out" 2>>"$work/log" || { cat "$work/log" >&2; die "the container does not start"; }
  until container_exec "${health_check[@]}" >/dev/null 2>&1; do
    (($(milliseconds) - before < 30000)) || { cat "$work/log" >&2; die "the container does not become healthy"; }
  done
  start_ms=$(($(milliseconds) - before))
}

# stop: SIGTERM; stop_ms is how long it took, stop_status what the command ended with.
stop() {
  local before
  before=$(milliseconds)
  stop_status=0
  container_stop || stop_status=$?
  stop_ms=$(($(milliseconds) - before))
}

make_volume() { install -d -o "${user%:*}" -g "${user#*:}" -m 0750 "$work/$1"; }
trainctl() { container_exec /usr/local/bin/trainctl "$@"; }
fact() { sed -n "s/^$1  *//p"; }

install_tools
if [[ $build ]]; then make_image; fi

step "What is in the image"
mapfile -t entry_point < <(of_image '{{range .Entrypoint}}{{println .}}{{end}}' | sed '/^$/d')
mapfile -t environment < <(of_image '{{range .Env}}{{println .}}{{end}}' | sed '/^$/d')
mapfile -t health_check < <(of_image '{{range .Healthcheck.Test}}{{println .}}{{end}}' | sed '/^$/d; 1d')
user=$(of_image '{{.User}}')
# shellcheck disable=SC2016 # the template expands it
volume_path=$(of_image '{{range $path, $_ := .Volumes}}{{$path}}{{end}}')
container=$(buildah_here from --pull-never "$image")
working+=("$container")
rootfs=$(buildah_here mount "$container")
base_mb=$(megabytes "$base")
image_mb=$(megabytes "$rootfs")
check "user $user is not root" test "${user%:*}" -gt 0
check "entry point in exec form: ${entry_point[*]}" test -x "$rootfs${entry_point[0]}"
check "health check: ${health_check[*]}" test -x "$rootfs${health_check[0]}"
check "version $(of_image '{{index .Labels "org.opencontainers.image.version"}}') of revision $(of_image \
  '{{index .Labels "org.opencontainers.image.revision"}}')" test "$(of_image \
  '{{index .Labels "org.opencontainers.image.title"}}')" == traind
check "no compiler" test -z "$(find "$rootfs" -xdev \( -name cc1plus -o -name 'g++*' -o -name 'clang*' -o -name cmake \
  -o -name '*.h' \) -type f -print -quit)"
check "$image_mb MB, $((image_mb - base_mb)) MB over its base" at_most $((image_mb - base_mb)) $most_megabytes

step "Starting it"
touch "$work/out" "$work/log"
make_volume first
starts=()
for _ in 1 2 3; do
  start "$work/first"
  starts+=("$start_ms")
  stop
done
mapfile -t starts < <(printf '%s\n' "${starts[@]}" | sort -n)
check "healthy after ${starts[*]} ms; the median counts" at_most "${starts[1]}" $most_start_ms
start "$work/first"
check "process 1 is traind" container_exec grep -q '^/usr/local/bin/traind' /proc/1/cmdline
check "no capabilities" container_exec grep -q '^CapEff:\s*0*$' /proc/1/status
check "cannot write beside its volume" fails container_exec touch /tmp/x /etc/x /usr/local/bin/x
check "can write to its volume" container_exec touch "$volume_path/x"
check "its metrics are served" container_exec bash -c \
  'exec 3<>/dev/tcp/127.0.0.1/9464 && printf "GET /metrics HTTP/1.0\r\n\r\n" >&3 && grep -q traind_build_info <&3'

step "A job that is stopped in its middle, and goes on in the next container"
trainctl dataset create digits --csv /mnt/digits.csv --label label >"$work/dataset" 2>&1
sed 's/"epochs": 20/"epochs": 3000/' "$root/examples/digits.json" >"$work/first/long.json"
chmod 0644 "$work/first/long.json"
trainctl job create long --spec "$volume_path/long.json" --dataset digits >/dev/null
for _ in {1..600}; do
  epoch=$(trainctl job get long | fact epoch)
  if [[ ${epoch%% *} -ge 300 ]]; then break; fi
  sleep 0.1
done
stop
check "SIGTERM after epoch $epoch: status $stop_status after $stop_ms ms" test "$stop_status" == 0
drain_ms=$stop_ms
check "within $most_drain_ms ms" at_most "$drain_ms" $most_drain_ms
start "$work/first"
trainctl job watch long >"$work/watch"
disturbed=$(trainctl model get long | fact 'weights sha256')
attempt=$(trainctl -o json job get long | sed -n 's/^ *"attempt": *\([0-9]*\),*$/\1/p')
stop
check "attempt $attempt of the job ended it" test "$attempt" == 2

make_volume second
start "$work/second"
trainctl dataset create digits --csv /mnt/digits.csv --label label >"$work/dataset" 2>&1
cp -p "$work/first/long.json" "$work/second/"
trainctl job create long --spec "$volume_path/long.json" --dataset digits --watch >"$work/watch"
undisturbed=$(trainctl model get long | fact 'weights sha256')
stop
check "weights $disturbed" test -n "$disturbed"
check "the same as undisturbed: $undisturbed" test "$disturbed" == "$undisturbed"

echo
if [[ $failed != 0 ]]; then
  tail -n 20 "$work/log" >&2
  die "not all of it holds (above)"
fi
echo "$image: $((image_mb - base_mb)) MB over its base, healthy after ${starts[1]} ms, drained in $drain_ms ms"
