#!/usr/bin/env bash
# Makes the package's messages from proto/.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

usage() {
  cat <<'TEXT'
Usage: client/python/generate.sh [FOLDER]

Writes traind/v1/*_pb2.py, their types (*_pb2.pyi) and traind/shared_messages.binpb, which the package keeps under
version control so that its users need no protoc. Run it after a change of proto/; a test compares.

  FOLDER       where to write (client/python)
  -h, --help   this text

Examples:
  client/python/generate.sh
TEXT
}

case ${1:-} in -h | --help) usage; exit 0 ;; esac
[[ $# -le 1 ]] || { echo "generate.sh: takes one folder; see --help" >&2; exit 2; }
folder=${1:-$source/client/python}
mkdir -p "$folder/traind/v1"
protoc -I "$source/proto" --python_out="$folder" --pyi_out="$folder" "$source"/proto/traind/v1/*.proto
# Messages that other packages publish, too: as descriptors, for a pool of their own (see shared_messages.py).
protoc -I "$source/proto" --include_imports --descriptor_set_out="$folder/traind/shared_messages.binpb" \
  google/rpc/error_details.proto grpc/health/v1/health.proto
