#!/usr/bin/env bash
# Builds the API server and both controllers, and runs the releases in a network of their own.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p .cache
build() { # build MODULE PACKAGE PROGRAM [FLAGS]; with the Go that the module asks for
  (cd "$1" && GOTOOLCHAIN=auto go build -p 2 -buildvcs=false -ldflags="-s -w ${4:-}" -o "$OLDPWD/.cache/$3" "$2")
}
# Flagger asks for the version of the API server, which is set by who builds it.
kubernetes=$(cd ../apiserver/server && go list -m -f '{{.Version}}' k8s.io/kubernetes)
build ../apiserver/server . apiserver "-X k8s.io/component-base/version.gitVersion=$kubernetes"
build flagger github.com/fluxcd/flagger/cmd/flagger flagger
build argo-rollouts github.com/argoproj/argo-rollouts/cmd/rollouts-controller rollouts-controller
# The controllers listen on all interfaces, and the API server wants a default route.
exec unshare --map-root-user --net bash -c '
  ip link set lo up && ip address add 192.0.2.1/32 dev lo && ip route add default dev lo &&
  exec ts-node --project ../tsconfig.json main.ts'
