// Has Cilium's agent parse the policies of each case, and its policy engine decide on each of its probes.
package main

import (
	"fmt"

	"cdk8s-mesh.dev/conformance/harness"
)

func main() {
	harness.Main("cilium CASES", compare)
}

func compare(cases []testCase, tally *harness.Tally, _ ...string) error {
	if err := configure(); err != nil {
		return err
	}
	for _, c := range cases {
		a, err := newAgent(c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		for i, p := range c.Probes {
			answer, err := a.decide(i, p)
			if err != nil {
				return fmt.Errorf("%s: %w", c.Name, err)
			}
			about := fmt.Sprintf("%s: %s, %s %s %s, port %d/%s, headers %v\n  pod %v, peer %+v, refused because %q", c.Name, p.Direction,
				p.Speaks, p.Method, p.Host+p.Target+p.Name, p.Port, p.Protocol, p.Headers, p.Pod, p.Peer, a.refusal)
			tally.Add(about, answer, p.Answers, c.Manifests)
		}
	}
	return nil
}
