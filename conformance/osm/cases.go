package main

import (
	"cdk8s-mesh.dev/conformance/harness"
	"cdk8s-mesh.dev/conformance/harness/sidecars"
)

// A cluster, and probes of it.
type testCase struct {
	harness.Case[probe]
	// Whether everyone may call everyone, whatever SMI says.
	Permissive bool `json:"permissive"`
}

// A request as the sidecar of its pod gets it, or as that of its client sends it on.
type probe struct {
	// Its client is a ServiceAccount and a namespace, as in "web.shop"; its address is that of the Service.
	sidecars.Request
	// "inbound" or "egress", where the answer is "allowed" or "denied", or "outbound", where it is the backends with their shares.
	Direction string `json:"direction"`
	// The name of the pod whose sidecar is asked, in its namespace.
	Namespace string `json:"namespace"`
	Pod       string `json:"pod"`
	// By which sidecars tell Services apart.
	ServerName string       `json:"serverName"`
	Answers    harness.Said `json:"answers"`
}
