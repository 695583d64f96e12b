#!/usr/bin/env bash
# Prints which Debian packages a program needs to run.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: scripts/runtime-packages.sh PROGRAM...

Prints, one a line, the packages of this Debian with the shared libraries that the programs are linked to; what those
need themselves, they depend on. A machine with the same Debian, these packages and the programs runs them.

  -h, --help   this text

Example:
  scripts/runtime-packages.sh build/release/traind build/release/trainctl
TEXT
}

case ${1:-} in
  '') usage >&2; exit 2 ;;
  -h | --help) usage; exit 0 ;;
esac

libraries=()
for program in "$@"; do
  needed=$(objdump -p "$program" | sed -n 's/^ *NEEDED *//p')
  while read -r name _ path _; do
    if grep -qxF -- "$name" <<<"$needed"; then libraries+=("$(realpath "$path")"); fi
  done < <(ldd "$program")
done

# dpkg knows a file by where its package put it, which may be without the /usr that /lib leads to.
owned=$(dpkg-query -S "${libraries[@]}" "${libraries[@]#/usr}" 2>/dev/null) || true
files=$(cut -d ' ' -f 2- <<<"$owned")
for library in "${libraries[@]}"; do
  grep -qxF -e "$library" -e "${library#/usr}" <<<"$files" || {
    echo "runtime-packages.sh: no package has $library" >&2
    exit 1
  }
done
cut -d : -f 1 <<<"$owned" | sort -u
