// Has Contour translate the manifests of each case, and Envoy decide on each of its probes.
package main

import (
	"fmt"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"

	"cdk8s-mesh.dev/conformance/harness"
	"cdk8s-mesh.dev/conformance/harness/sidecars"
)

func main() {
	harness.Main("contour CASES ENVOY", compare)
}

func compare(cases []testCase, tally *harness.Tally, args ...string) error {
	pki, err := sidecars.NewPKI("gateway.example.com")
	if err != nil {
		return err
	}
	var listeners []*listener.Listener
	var clusters []*cluster.Cluster
	for i, c := range cases {
		g, err := translate(fmt.Sprint(i), c, pki)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		pods, err := g.pods(pki)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		clusters = append(clusters, pods...)
		for _, l := range g.listeners {
			adapted, err := g.adapt(fmt.Sprintf("%d/%s", i, l.Name), l, pki)
			if err != nil {
				return fmt.Errorf("%s: %w", c.Name, err)
			}
			listeners = append(listeners, adapted)
		}
	}
	envoy, err := sidecars.Start(args[0], listeners, pki, clusters...)
	if err != nil {
		return err
	}
	defer envoy.Stop()
	for i, c := range cases {
		for _, p := range c.Probes {
			// Nothing listens where no route is attached.
			answer := noRoute
			if name := fmt.Sprintf("%d/%s", i, p.listener()); envoy.Has(name) {
				if answer, err = send(envoy, name, p); err != nil {
					return fmt.Errorf("%s: %w", c.Name, err)
				}
			}
			about := fmt.Sprintf("%s: %s %s%s, port %d, headers %v", c.Name, p.Method, p.Host, p.Target, p.Port, p.Headers)
			tally.Add(about, answer, p.Answers, c.Manifests)
		}
	}
	return nil
}
