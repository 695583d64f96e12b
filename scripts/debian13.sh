# shellcheck shell=bash
# A Debian 13 "trixie" beside this machine's own Debian, kept in a folder and entered by chroot: sourced by what needs
# it. The caller has `die MESSAGE`, which says so and exits.

# Where it is kept.
debian13_dir=/var/tmp/traind-debian13

# debian13_unshare COMMAND...: goes on as COMMAND, which is how the caller was called, in a mount namespace of its own,
# unless it is there already. What debian13_open mounts is seen by this process and its children alone, and vanishes with
# the last of them, however it ends.
debian13_unshare() {
  [[ $(id -u) == 0 ]] || die "run it as root: debootstrap and chroot need it"
  [[ ${TRAIND_DEBIAN13_UNSHARED:-} ]] || TRAIND_DEBIAN13_UNSHARED=1 exec unshare --mount "$@"
}

# debian13_open [MIRROR]: makes the Debian in debian13_dir if it is not there, from MIRROR or from where this machine's apt
# takes its own, and makes it ready to run programs. While this process lives, others wait here. Logs are beside the
# folder.
debian13_open() {
  local mirror=${1:-} dir=$debian13_dir
  mkdir -p "$(dirname "$dir")"
  exec 9>"$dir.lock"
  flock --nonblock 9 || { echo "Waiting for another run in $dir"; flock 9; }

  if [[ ! -d $dir ]]; then
    command -v debootstrap >/dev/null || die "install debootstrap: apt-get install debootstrap"
    # shellcheck disable=SC2016 # apt fills these in
    [[ $mirror ]] || mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' |
      sed -n '/-security/!s/^Debian //p' | head -n 1) || true
    echo "Making a Debian 13 in $dir"
    rm -rf --one-file-system "$dir.part"
    # Without a mirror, debootstrap takes its own default.
    debootstrap --variant=minbase trixie "$dir.part" ${mirror:+"$mirror"} >"$dir.log" || {
      tail -n 20 "$dir.log" >&2
      die "debootstrap failed (above; all of it in $dir.log). Is the network there? --mirror names another source"
    }
    mv "$dir.part" "$dir"
  fi

  # The network is reached as from outside.
  cp -L /etc/resolv.conf "$dir/etc/resolv.conf"
  apt-config dump | grep -E '^Acquire::(Check|Retries|https?|ftp)' >"$dir/etc/apt/apt.conf.d/80acquire" || true

  mount --make-rprivate /
  mount -t proc proc "$dir/proc"
  mount --rbind /dev "$dir/dev"
}

# debian13_run FOLDER COMMAND...: runs COMMAND in the opened Debian, in its FOLDER.
debian13_run() {
  # shellcheck disable=SC2016 # the inner bash expands these
  chroot "$debian13_dir" env -i HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
    bash -euc 'cd "$1" && shift && "$@"' -- "$@"
}
