// Has Istio's control plane translate the manifests of each case, and Envoy decide on each of its probes.
package main

import (
	"encoding/json"
	"fmt"
	"strings"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"

	"cdk8s-mesh.dev/conformance/harness"
	"cdk8s-mesh.dev/conformance/harness/sidecars"
	"istio.io/istio/pkg/log"
)

func main() {
	// Warnings on objects that a case leaves out on purpose.
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	harness.Main("istio CASES ENVOY", compare)
}

func compare(cases []testCase, tally *harness.Tally, args ...string) error {
	pki, err := sidecars.NewPKI("spiffe://cluster.local/ns/default/sa/default")
	if err != nil {
		return err
	}
	known := map[sidecarKey]sidecar{}
	for i, c := range cases {
		if err := translate(i, c, known); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	var listeners []*listener.Listener
	for key, s := range known {
		if s.ztunnel != nil {
			continue
		}
		l, err := s.adapt(key.String(), pki)
		if err != nil {
			return err
		}
		listeners = append(listeners, l)
	}
	authorizer, asked, err := serveAuthorizer()
	if err != nil {
		return err
	}
	defer authorizer.Close()
	envoy, err := sidecars.Start(args[0], listeners, pki, asked)
	if err != nil {
		return err
	}
	defer envoy.Stop()
	asking := func(i int, c testCase) func(probe) (string, error) {
		return func(p probe) (string, error) {
			key, target, err := keyOf(i, c, p)
			if err != nil {
				return "", err
			}
			if z := known[key].ztunnel; z != nil {
				return z.decide(p)
			}
			if p.Balancing {
				return known[key].told(p.Host, p.Port, balancingOf)
			}
			if p.Connections {
				return known[key].told(p.Host, p.Port, connectionsOf)
			}
			if p.Upstream {
				return known[key].told(p.Host, p.Port, upstreamOf)
			}
			if target != nil && !known[key].takesTLS(p.Port) {
				p.Client = ""
			}
			return send(envoy, key.String(), p, target != nil)
		}
	}
	tried := tries(cases, asking)
	firsts := map[string]string{}
	for i, c := range cases {
		for j, p := range c.Probes {
			answer, err := tried[[2]int{i, j}].told()
			if !p.Tried {
				answer, err = follow(p, asking(i, c))
			}
			if err != nil {
				return fmt.Errorf("%s: %w", c.Name, err)
			}
			about := fmt.Sprintf("%s: %s %s %s of %s at %s:%d, client %q %v in %s, headers %v",
				c.Name, p.Protocol, p.Method, p.Target, p.Host, p.Address, p.Port, p.Client, p.Labels, p.Namespace, p.Headers)
			said := p.Answers
			if first, asked := firsts[p.Alike]; p.Alike != "" && answer != harness.Malformed {
				// Whoever lets a call out, and whoever it is that denies a request.
				if p.Anywhere && strings.HasPrefix(answer, "{") && !strings.Contains(answer, noCluster) {
					answer = allowed
				}
				if strings.Contains(answer, denied) || answer == rejected {
					answer = denied
				}
				if firsts[p.Alike] = answer; asked {
					said = harness.Said{"before": {first}}
				}
			}
			tally.Add(about, answer, said, c.Manifests)
		}
	}
	return nil
}

// What becomes of a request: where it goes, and, where the probe says which pods are there, whether they let it in, as in
// `{"shop/v1:80":"0.9 allowed","shop/v2:80":"0.1 denied"}`.
func follow(p probe, ask func(probe) (string, error)) (string, error) {
	answer, err := ask(p)
	if err != nil || len(p.Pods) == 0 || !strings.HasPrefix(answer, "{") {
		return answer, err
	}
	backends, path, rewritten := strings.Cut(answer, " ")
	var shares map[string]float64
	if err := json.Unmarshal([]byte(backends), &shares); err != nil {
		return "", err
	}
	ends := map[string]string{}
	for backend, share := range shares {
		next, err := p.at(backend)
		if err != nil {
			return "", err
		}
		if rewritten {
			_, query, _ := strings.Cut(p.Target, "?")
			next.Target = strings.TrimSuffix(path+"?"+query, "?")
		}
		end, err := ask(next)
		if err != nil || end == harness.Malformed {
			return end, err
		}
		if end == rejected {
			// Nobody says which of the two it is.
			end = denied
		}
		ends[backend] = fmt.Sprintf("%v %s", share, end)
	}
	told, err := json.Marshal(ends)
	return string(told), err
}
