#!/usr/bin/env bash
# The example of engine/README.md learns, is what the page shows, and needs neither gRPC nor protobuf.
# usage: train_with_the_library_test.sh PROGRAM
set -euo pipefail
program=$1
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
failed=0
fail() { echo "$*" >&2; failed=1; }

output=$("$program")
first=$(sed -n 's/^epoch 1: loss //p' <<<"$output")
last=$(sed -n 's/^epoch 20: loss //p' <<<"$output")
awk "BEGIN {exit !($last < $first / 20)}" || fail "the loss did not fall: from $first to $last"
answer=$(sed -n 's/^0.5 \* 0.5 = //p' <<<"$output")
awk "BEGIN {exit !($answer > 0.2 && $answer < 0.3)}" || fail "it learned that 0.5 * 0.5 is $answer"

if ldd "$program" | grep -iE 'grpc|protobuf'; then fail "it needs the libraries above to start"; fi
if nm -C "$program" | grep -E ' (grpc|google::protobuf)::'; then fail "it has the above linked in"; fi

page=$(<"$source_dir/engine/README.md")
code=$(<"$source_dir/examples/train_with_the_library.cc")
[[ $page == *"$code"* ]] || fail "engine/README.md shows another program than examples/train_with_the_library.cc"
exit "$failed"
