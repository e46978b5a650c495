package main

import "cdk8s-mesh.dev/conformance/harness"

// A cluster with its policies, and probes of it.
type testCase = harness.Case[probe]

// A connection of a pod that Cilium manages, and what is said over it.
type probe struct {
	// "ingress" asks the policies of the pod that is called, "egress" those of the caller.
	Direction string `json:"direction"`
	// Whose policies are asked.
	Pod pod `json:"pod"`
	// The other end.
	Peer     peer   `json:"peer"`
	Port     uint16 `json:"port"`
	Protocol string `json:"protocol"`
	// What is sent first: "http", "tls", "dns", or "bytes" that are none of these.
	Speaks string `json:"speaks"`
	// The name that a TLS client says, or that is looked up.
	Name    string            `json:"name"`
	Host    string            `json:"host"`
	Method  string            `json:"method"`
	Target  string            `json:"target"`
	Headers map[string]string `json:"headers"`
	Answers harness.Said      `json:"answers"`
}

type pod struct {
	// Of what is no pod.
	Kind            string            `json:"kind"`
	Namespace       string            `json:"namespace"`
	NamespaceLabels map[string]string `json:"namespaceLabels"`
	ServiceAccount  string            `json:"serviceAccount"`
	Labels          map[string]string `json:"labels"`
	// Numbers of the ports that its containers give names to.
	Ports map[string]uint16 `json:"ports"`
}

// A pod, a node, a gateway of Cilium, or an address outside.
type peer struct {
	pod
	// The name of the cluster of a pod, where it is another one.
	Cluster string `json:"cluster"`
	IP      string `json:"ip"`
	// The names for which lookups gave the address.
	Names []string `json:"names"`
}
