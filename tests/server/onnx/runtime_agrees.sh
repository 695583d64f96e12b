#!/usr/bin/env bash
# usage: runtime_agrees.sh ONNX_CASES
# Every layer and every step of preprocessing computes in ONNX Runtime what it computes here.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/onnx-runtime.sh
source "$here/../../../scripts/onnx-runtime.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" "$work"
node "$here/onnx_runtime.js" "$work" 51
