#!/usr/bin/env bash
# To be sourced: lets node find ONNX Runtime, which npm fetches once into build/tools. Where npm cannot, ends the script
# with 77, which CTest counts as skipped; in CI with an error.
onnx_runtime_package=onnxruntime-node@1.17.3
onnx_runtime_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/tools/onnxruntime
mkdir -p "$onnx_runtime_folder"
(
  flock 9
  [[ $(cat "$onnx_runtime_folder/version" 2>/dev/null) != "$onnx_runtime_package" ]] || exit 0
  # The package brings its library along; its own script would fetch one for accelerators.
  npm install --prefix "$onnx_runtime_folder" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund \
    --loglevel=error "$onnx_runtime_package" &&
    echo "$onnx_runtime_package" >"$onnx_runtime_folder/version"
) 9>"$onnx_runtime_folder/lock" || {
  echo "npm could not install $onnx_runtime_package: is the network there?" >&2
  [[ ${CI:-} ]] && exit 1
  exit 77
}
export NODE_PATH=$onnx_runtime_folder/node_modules
