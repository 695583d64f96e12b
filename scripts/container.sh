# shellcheck shell=bash
# A container without a container engine, for tests: sourced by what needs one. It is what
#   docker run --read-only --network none --cap-drop ALL --security-opt no-new-privileges --user USER
# makes of an unpacked image: its own processes, mounts and network (loopback only), the command as process 1. Needs
# root. One at a time; container_pid is its process 1 as seen from here.

container_pid=
container_unshare=
container_user=

# container_start ROOTFS VOLUME PATH USER SHARED VARIABLE=VALUE... COMMAND...: starts COMMAND in ROOTFS as USER (UID:GID)
# in the folder PATH, which is VOLUME and alone writable; the folder SHARED is at /mnt. Output goes where the caller's
# goes. Returns once the container is there; fails if it does not come to be.
container_start() {
  # shellcheck disable=SC2016 # the inner bash expands these
  unshare --mount --propagation private --pid --net --ipc --uts --fork bash -euc '
    rootfs=$1 volume=$2 path=$3 user=$4 shared=$5
    shift 5
    mount --bind "$rootfs" "$rootfs"
    mount --bind "$volume" "$rootfs$path"
    mount --bind "$shared" "$rootfs/mnt"
    mount -o remount,bind,ro "$rootfs/mnt"
    mount -t proc proc "$rootfs/proc"
    mount -t tmpfs -o mode=755 tmpfs "$rootfs/dev"
    for device in null zero random urandom; do
      touch "$rootfs/dev/$device"
      mount --bind "/dev/$device" "$rootfs/dev/$device"
    done
    mount -o remount,bind,ro "$rootfs"
    ip link set lo up
    exec chroot "$rootfs" setpriv --reuid "${user%:*}" --regid "${user#*:}" --clear-groups --no-new-privs \
      --inh-caps=-all --bounding-set=-all -- env -i --chdir="$path" "$@"
  ' -- "${@:1:5}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${@:6}" &
  container_unshare=$!
  container_user=$4
  local children=/proc/$container_unshare/task/$container_unshare/children _
  for _ in {1..500}; do
    container_pid=$(cat "$children" 2>/dev/null) || return
    container_pid=${container_pid// /}
    [[ ! $container_pid || ! /proc/$container_pid/root/ -ef $1 ]] || return 0
    sleep 0.01
  done
  return 1
}

# container_exec COMMAND...: runs it in the container, as the container's user.
container_exec() {
  nsenter --target "$container_pid" --mount --pid --net --ipc --uts --root --wd \
    --setuid "${container_user%:*}" --setgid "${container_user#*:}" -- "$@"
}

# container_stop: SIGTERM, as `docker stop` sends it. Returns what the command ended with.
container_stop() {
  kill -TERM "$container_pid"
  local status=0
  wait "$container_unshare" || status=$?
  container_pid=""
  container_unshare=""
  return "$status"
}

# container_kill: ends what still runs, if anything does.
container_kill() {
  [[ ! $container_pid ]] || kill -KILL "$container_pid" 2>/dev/null || true
  [[ ! $container_unshare ]] || wait "$container_unshare" 2>/dev/null || true
  container_pid=""
  container_unshare=""
}
