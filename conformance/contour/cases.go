package main

import (
	"fmt"

	"cdk8s-mesh.dev/conformance/harness"
	"cdk8s-mesh.dev/conformance/harness/sidecars"
)

// A cluster with one Gateway, and probes of it.
type testCase struct{ harness.Case[probe] }

// A request to a port of the Gateway.
type probe struct {
	sidecars.Request
	// What the port speaks: HTTP, HTTPS or TCP, where TLS is what a connection begins with.
	Speaks string `json:"speaks"`
	// Of TLS.
	ServerName string       `json:"serverName"`
	Answers    harness.Said `json:"answers"`
}

// The name that Contour has for all listeners of a port.
func (p probe) listener() string {
	name := map[string]string{"HTTP": "http", "HTTPS": "https", "TLS": "https", "TCP": "tcp"}[p.Speaks]
	return fmt.Sprintf("%s-%d", name, p.Port)
}
