#!/usr/bin/env bash
# Generates expressions, and has the engines that read them say what they hold for.
set -euo pipefail
cd "$(dirname "$0")"
cache=$PWD/.cache
mkdir -p "$cache"
[ -x "$cache/python/bin/python" ] || python3 -m venv "$cache/python"
"$cache/python/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
(cd rust && CARGO_TARGET_DIR="$cache/rust" nice -n 10 cargo build --quiet --release --locked)
(cd go && nice -n 10 go build -buildvcs=false -o "$cache/go" .)
ts-node --project ../../projenrc/tsconfig.json cases.ts "$cache/cases.jsonl"
"$cache/python/bin/python" ask_re2.py < "$cache/cases.jsonl" > "$cache/re2.txt"
"$cache/rust/release/asks-rust" < "$cache/cases.jsonl" > "$cache/rust.txt"
"$cache/go" < "$cache/cases.jsonl" > "$cache/go.txt"
ts-node --project ../../projenrc/tsconfig.json compare.ts "$cache"
