// Has OSM's control plane translate the manifests of each case, and Envoy decide on each of its probes.
package main

import (
	"errors"
	"fmt"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	"github.com/rs/zerolog"

	"cdk8s-mesh.dev/conformance/harness"
	"cdk8s-mesh.dev/conformance/harness/sidecars"
)

func main() {
	zerolog.SetGlobalLevel(zerolog.Disabled)
	harness.Main("osm CASES ENVOY", compare)
}

func compare(cases []testCase, tally *harness.Tally, args ...string) error {
	pki, err := sidecars.NewPKI("default.default.cluster.local")
	if err != nil {
		return err
	}
	var listeners []*listener.Listener
	refusals := map[string]bool{}
	for i, c := range cases {
		added, err := translate(i, c, pki, refusals)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		listeners = append(listeners, added...)
	}
	envoy, err := sidecars.Start(args[0], listeners, pki)
	if err != nil {
		return err
	}
	defer envoy.Stop()
	for i, c := range cases {
		for _, p := range c.Probes {
			name := nameOf(i, p)
			// A sidecar without a listener takes nothing.
			answer := p.refusal()
			if refusals[name] {
				answer = refused
			}
			if envoy.Has(name) {
				if answer, err = send(envoy, name, p); err != nil {
					return fmt.Errorf("%s: %w", c.Name, err)
				}
			}
			about := fmt.Sprintf("%s: %s, pod %s/%s, %s %s%s, port %d, client %q, headers %v", c.Name, p.Direction, p.Namespace, p.Pod,
				p.Method, p.Host, p.Target, p.Port, p.Client, p.Headers)
			tally.Add(about, answer, p.Answers, c.Manifests)
		}
	}
	return nil
}

// The same for all probes of one listener.
func nameOf(i int, p probe) string {
	return fmt.Sprintf("%d/%s/%s/%s", i, p.Direction, p.Namespace, p.Pod)
}

// The listeners that the probes of a case meet, as OSM makes them.
func translate(i int, c testCase, pki *sidecars.PKI, refusals map[string]bool) ([]*listener.Listener, error) {
	stop := make(chan struct{})
	defer close(stop)
	cp, err := newControlPlane(c, stop)
	if err != nil {
		return nil, err
	}
	var listeners []*listener.Listener
	known := map[string]bool{}
	for _, p := range c.Probes {
		name := nameOf(i, p)
		if known[name] {
			continue
		}
		known[name] = true
		s, err := cp.sidecarOf(p.Namespace + "/" + p.Pod)
		if err != nil {
			return nil, err
		}
		original := s.inbound
		if p.Direction != "inbound" {
			original = s.outbound
		}
		if original == nil {
			continue
		}
		adapted, err := s.adapt(name, original, pki)
		if errors.As(err, &errRefused{}) {
			refusals[name] = true
			continue
		}
		if err != nil {
			return nil, err
		}
		listeners = append(listeners, adapted)
	}
	return listeners, nil
}
