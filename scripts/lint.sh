#!/usr/bin/env bash
# Checks what the compiler does not: form, clang-tidy's findings, the wire contract, shell scripts, who includes whom.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

usage() {
  cat <<'TEXT'
Usage: scripts/lint.sh [--build-dir DIR] [CHECK...]

Runs all checks, or those named, and fails if one of them does; each says how to mend what it found.

  format         clang-format over all C++ files; left out, as tidy is, where clang is not Debian 12's
  architecture   which folder may include what
  shell          shellcheck over all shell scripts
  proto          buf's lint of the wire contract; left out, outside CI, where npm cannot fetch buf
  tidy           clang-tidy over engine/, server/ and client/; files that did not change since they passed are skipped

  --build-dir DIR   the configured and built tree that clang-tidy takes its compile commands from (build/release)
  -h, --help        this text

Examples:
  scripts/lint.sh
  scripts/lint.sh format shell
TEXT
}

# The exact version that CI and people's machines share.
buf_package=@bufbuild/buf@1.75.0

build_dir=build/release
checks=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --build-dir) build_dir=${2:?--build-dir needs a folder}; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    format | architecture | shell | proto | tidy) checks+=("$1"); shift ;;
    *) echo "lint.sh: unknown argument '$1'; see --help" >&2; exit 2 ;;
  esac
done
[[ ${#checks[@]} -gt 0 ]] || checks=(format architecture shell proto tidy)

if ! git rev-parse --git-dir >/dev/null; then
  echo "lint.sh: it asks git which files are the project's; run it in a clone" >&2
  exit 1
fi

# ours TOOL: whether clang's tool is Debian 12's, whose verdicts the sources are kept to; later ones judge otherwise.
ours() {
  "$1" --version | grep -q 'version 14\.' && return
  echo "  left out: it takes $1 14, as Debian 12 has it" >&2
  return 1
}
# What a check that is left out counts as: passed, but not in CI.
left_out=0
[[ ! ${CI:-} ]] || left_out=1

# Prints the files under version control, or new and not ignored, that match the patterns.
sources() { git ls-files --cached --others --exclude-standard --deduplicate -- "$@" | while read -r file; do
  [[ -e $file ]] && printf '%s\n' "$file"
done; }

mend() { echo "  to mend: $*" >&2; return 1; }

check_format() {
  ours clang-format || return "$left_out"
  sources '*.h' '*.cc' | xargs -r clang-format --dry-run -Werror || mend "clang-format -i FILE"
}

check_shell() {
  { sources '*.sh'; sources .ci/run; } | xargs -r shellcheck || mend "each SC number has its page: shellcheck.net/wiki/SCnnnn"
}

check_proto() {
  local tools=build/tools
  local buf=$tools/node_modules/.bin/buf
  if [[ $(cat $tools/buf-version 2>/dev/null) != "$buf_package" ]]; then
    mkdir -p $tools
    if ! npm install --prefix $tools --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error \
      "$buf_package" >/dev/null; then
      # Not everybody's network lets npm through; what is merged has been linted by CI.
      [[ ${CI:-} ]] || { echo "  left out: npm could not install $buf_package (above)" >&2; return 0; }
      mend "npm could not install $buf_package: is the network there?"
      return 1
    fi
    echo "$buf_package" >$tools/buf-version
  fi
  (cd proto && "../$buf" lint) || mend "see the rules at buf.build/docs/lint/rules; proto/buf.yaml holds the exceptions"
}

# forbid PATTERN WHY PATH...: no file under the paths may match the extended regular expression.
forbid() {
  local pattern=$1 why=$2; shift 2
  local files found
  files=$(sources "$@")
  [[ $files ]] || return 0
  found=$(xargs grep -nE -- "$pattern" /dev/null <<<"$files") || return 0
  printf '%s\n  %s\n' "$found" "$why" >&2
  return 1
}

check_architecture() {
  local fine=0
  forbid '#include [<"]dnnl' 'oneDNN is known to engine/core and engine/ops only' \
    '*.h' '*.cc' ':!engine/core' ':!engine/ops' ':!tests/engine/core' ':!tests/engine/ops' \
    ':!tests/engine/training/allocation_test.cc' || fine=1
  forbid '#include [<"](google/|grpc|traind/v1|prometheus|soci|sqlite|spdlog|server/|client/)' \
    'the engine is a plain C++ library: no RPC, no SQL, no logs, no metrics' 'engine/*.h' 'engine/*.cc' || fine=1
  forbid '#include [<"](soci|sqlite)' 'SQL is known to server/storage only' \
    '*.h' '*.cc' ':!server/storage' ':!tests/server/storage' ':!tests/server/jobs/scheduler_faults_test.cc' \
    ':!tests/benchmarks/finished_jobs.cc' || fine=1
  forbid '#include [<"](google/|grpc|traind/v1)' 'the wire is known to server/convert, server/rpc and client only' \
    'server/errors/*' 'server/telemetry/*' 'server/storage/*' 'server/access/*' 'server/datasets/*' \
    'server/jobs/*' || fine=1
  forbid '#include [<"](server|engine)/' 'a client knows the wire contract and nothing else of the server' \
    'client/*.h' 'client/*.cc' || fine=1
  forbid '#include <(([a-z]?mm|x86)intrin|immintrin|arm_neon|cpuid)' \
    'no instruction set is assumed: oneDNN picks kernels at run time, our own loops are compiled for several' \
    '*.h' '*.cc' || fine=1
  forbid '[-]m(arch|tune)=native' 'what is built here must run on any x86-64 machine' \
    '*CMakeLists.txt' '*.cmake' CMakePresets.json Dockerfile '*.sh' || fine=1
  [[ $fine == 0 ]] || mend "move the code to the folder that may know it, or give that folder a function for it"
}

# clang-tidy on one file, its findings in one piece. A file is skipped when it, and everything else that could change
# the verdict (digest), is what it was when it last passed.
tidy_file() {
  local file=$1 digest=$2 stamp key findings
  stamp=build/tidy/passed/${file//\//_}
  key=$(sha256sum "$file")$digest
  [[ $(cat "$stamp" 2>/dev/null) == "$key" ]] && return 0
  if findings=$(clang-tidy -p build/tidy --quiet "$file" 2>/dev/null); then
    echo "$key" >"$stamp"
  else
    printf '%s\n' "$findings" >&2
    return 1
  fi
}
export -f tidy_file

check_tidy() {
  ours clang-tidy || return "$left_out"
  mkdir -p build/tidy/passed
  # It needs the generated headers of the wire contract.
  if ! { { [[ -e $build_dir/build.ninja ]] || cmake --preset "${build_dir##*/}"; } &&
    cmake --build "$build_dir" --target proto_services; } >build/tidy/build.log; then
    cat build/tidy/build.log >&2
    mend "make it build: cmake --preset ${build_dir##*/} && cmake --build $build_dir"
    return 1
  fi
  # clang reads neither GCC's precompiled headers nor its flag for them.
  sed -E 's/ -fpch-preprocess//; s/ -Winvalid-pch//; s/ -include [^ ]*cmake_pch.hxx//' \
    "$build_dir/compile_commands.json" >build/tidy/compile_commands.json
  local digest
  digest=$({ clang-tidy --version; cat build/tidy/compile_commands.json; sources '*.h' '*.proto' .clang-tidy | xargs cat; } | sha256sum)
  sources 'engine/*.cc' 'server/*.cc' 'client/*.cc' |
    xargs -P "$(nproc)" -I{} bash -c 'tidy_file "$@"' -- {} "$digest" ||
    mend "fix it, or, where the check is wrong, // NOLINT(check-name): why"
}

failed=()
for check in "${checks[@]}"; do
  started=$SECONDS
  if "check_$check"; then
    printf 'lint %-13s passed (%d s)\n' "$check" $((SECONDS - started))
  else
    printf 'lint %-13s FAILED\n' "$check"
    failed+=("$check")
  fi
done
if [[ ${#failed[@]} -gt 0 ]]; then echo "Lint failed: ${failed[*]}"; exit 1; fi
