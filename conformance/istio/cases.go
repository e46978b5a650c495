package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"cdk8s-mesh.dev/conformance/harness"
	"cdk8s-mesh.dev/conformance/harness/sidecars"
	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/config/mesh"
)

// A cluster, and probes of it.
type testCase struct{ harness.Case[probe] }

// A request to the address of a pod, where the answer is "allowed", "denied" or "limited", or to that of a Service, where it is
// its backends.
type probe struct {
	sidecars.Request
	// Namespace of the client, whose sidecar routes the request.
	Namespace string `json:"namespace"`
	// The pods behind the backends of a Service. The answer then says of each backend what becomes of the request there.
	Pods map[string]podPort `json:"pods"`
	// Labels of the client.
	Labels map[string]string `json:"labels"`
	// Whether the answer says how the sidecar sends requests to the host, instead of where.
	Upstream bool `json:"upstream"`
	// Whether the answer says how the sidecar chooses among the pods of the Service, instead of where it sends the request.
	Balancing bool `json:"balancing"`
	// Whether the answer says how the sidecar keeps connections to the pods of the Service, instead of where it sends the request.
	Connections bool `json:"connections"`
	// The namespace whose waypoint is asked instead of the sidecar of the client.
	Waypoint string `json:"waypoint"`
	// A text of the request. The answer then says whether the pod gets it.
	PassedOn string `json:"passedOn"`
	// Whether the ztunnel of the pod is asked, about a connection from the address.
	Ztunnel string `json:"ztunnel"`
	// Whether the pod at the address is one of a gateway, which routes the request.
	Gateway bool `json:"gateway"`
	// Whether the sidecar of the client is asked by any of its listeners: one for the address, one for the port, or that for everything else.
	Anywhere bool `json:"anywhere"`
	// Whether the answer is how the request ends, and after how many tries, where a backend answers them as the request says.
	Tried bool `json:"tried"`
	// Of all probes with this word, the answer is the same, whatever it is.
	Alike string `json:"alike"`
	// How many proxies before the gateway it takes at their word on the address of the client.
	TrustedProxies uint32       `json:"trustedProxies"`
	Answers        harness.Said `json:"answers"`
}

// A port of a pod.
type podPort struct {
	Address string `json:"address"`
	Port    uint32 `json:"port"`
	// Behind a waypoint, the ztunnel of the pod is asked, about a connection from the address of the waypoint, with its certificate.
	Ztunnel string `json:"ztunnel"`
	Client  string `json:"client"`
}

// The same request, as it comes to the pod behind a backend.
func (p probe) at(backend string) (probe, error) {
	e, known := p.Pods[backend]
	if !known {
		return p, fmt.Errorf("no pod is behind %s", backend)
	}
	if e.Ztunnel != "" {
		p.Ztunnel, p.Client, p.Waypoint = e.Ztunnel, e.Client, ""
	}
	p.Address, p.Port, p.Pods = e.Address, e.Port, nil
	return p, nil
}

// All probes, and where they may come to next.
func (c testCase) hops() []probe {
	hops := c.Probes
	for _, p := range c.Probes {
		for backend := range p.Pods {
			next, _ := p.at(backend)
			hops = append(hops, next)
		}
	}
	return hops
}

// The manifests as one stream; JSON is YAML.
func (c testCase) stream() string {
	docs := make([]string, len(c.Manifests))
	for i, m := range c.Manifests {
		docs[i] = string(m)
	}
	return strings.Join(docs, "\n---\n")
}

// The Pod with this address; nil if it is not the address of a pod.
func (c testCase) pod(address string) (*pod, error) {
	for _, m := range c.Manifests {
		var p pod
		if err := json.Unmarshal(m, &p); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		if p.Kind == "Pod" && p.Status.PodIP == address {
			return &p, nil
		}
	}
	return nil, nil
}

// What the installation says, where one of the manifests is its ConfigMap.
func (c testCase) meshConfig() (*meshconfig.MeshConfig, error) {
	config := withAuthorizers(mesh.DefaultMeshConfig())
	for _, m := range c.Manifests {
		var o struct {
			Kind string `json:"kind"`
			Data struct {
				Mesh string `json:"mesh"`
			} `json:"data"`
		}
		if err := json.Unmarshal(m, &o); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		if o.Kind == "ConfigMap" {
			return mesh.ApplyMeshConfig(o.Data.Mesh, config)
		}
	}
	return config, nil
}

type pod struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name      string            `json:"name"`
		Namespace string            `json:"namespace"`
		Labels    map[string]string `json:"labels"`
	} `json:"metadata"`
	Status struct {
		PodIP string `json:"podIP"`
	} `json:"status"`
}
