#!/usr/bin/env bash
# Generates cases, and has Cilium's policy engine decide on them.
set -euo pipefail
cd "$(dirname "$0")"
cache=$PWD/.cache
mkdir -p "$cache"
# Cilium is large: two compilers at a time, and after everything else.
nice -n 10 go build -p 2 -buildvcs=false -o "$cache/cilium" .
ts-node --project ../../projenrc/tsconfig.json cases.ts "$cache/cases.json"
"$cache/cilium" "$cache/cases.json"
