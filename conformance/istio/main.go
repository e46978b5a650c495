// Has Istio's control plane translate the manifests of each case, and Envoy decide on each of its probes.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"

	"istio.io/istio/pkg/log"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: istio CASES ENVOY")
		os.Exit(2)
	}
	// Warnings on objects that a case leaves out on purpose.
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	agreed, err := compare(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || !agreed {
		os.Exit(1)
	}
}

func compare(file, binary string) (bool, error) {
	r, err := load(file)
	if err != nil {
		return false, err
	}
	folder, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(folder)
	pki, err := newPKI()
	if err != nil {
		return false, err
	}
	sidecars := map[sidecarKey]sidecar{}
	for i, c := range r.Cases {
		if err := translate(i, c, sidecars); err != nil {
			return false, fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	var listeners []*listener.Listener
	for key, s := range sidecars {
		l, err := s.adapt(key.String(), pki)
		if err != nil {
			return false, err
		}
		listeners = append(listeners, l)
	}
	socket := filepath.Join(folder, "backend")
	backend, err := serveBackend(socket)
	if err != nil {
		return false, err
	}
	defer backend.Close()
	proxy, err := start(binary, folder, listeners, socket)
	if err != nil {
		return false, err
	}
	defer proxy.stop()
	t := tally{}
	for i, c := range r.Cases {
		ask := func(p probe) (string, error) {
			key, target, err := keyOf(i, c, p)
			if err != nil {
				return "", err
			}
			return send(proxy.listeners[key.String()], p, target != nil, pki)
		}
		for _, p := range c.Probes {
			answer, err := follow(p, ask)
			if err != nil {
				return false, fmt.Errorf("%s: %w", c.Name, err)
			}
			t.add(c, p, answer)
		}
	}
	t.print(len(r.Cases), r.Seed)
	return t.disagreed == 0, nil
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
		if err != nil || end == malformed {
			return end, err
		}
		ends[backend] = fmt.Sprintf("%v %s", share, end)
	}
	told, err := json.Marshal(ends)
	return string(told), err
}

// How often each answer was given, and by whom it was contradicted.
type tally struct {
	answers   map[string]int
	disagreed int
}

func (t *tally) add(c testCase, p probe, istio string) {
	if t.answers == nil {
		t.answers = map[string]int{}
	}
	t.answers[kind(istio)]++
	// What Envoy refuses to read gets to no policy and no backend: there is nothing to compare.
	if istio == malformed {
		return
	}
	var others []string
	for who, said := range p.Answers {
		if said != istio {
			others = append(others, fmt.Sprintf("  %s: %s\n", who, said))
		}
	}
	if len(others) == 0 {
		return
	}
	t.disagreed++
	sort.Strings(others)
	fmt.Printf("%s: %s %s, port %d, client %q, headers %v\n  Istio: %s\n%s", c.Name, p.Method, p.Target, p.Port, p.Client, p.Headers, istio, strings.Join(others, ""))
	for _, m := range c.Manifests {
		fmt.Printf("    %s\n", m)
	}
}

func (t *tally) print(cases, seed int) {
	kinds := make([]string, 0, len(t.answers))
	total := 0
	for kind, n := range t.answers {
		kinds = append(kinds, fmt.Sprintf("%s %d", kind, n))
		total += n
	}
	sort.Strings(kinds)
	fmt.Printf("%d requests in %d cases, seed %d: %s; %d disagreements\n", total, cases, seed, strings.Join(kinds, ", "), t.disagreed)
}

// Backends have many names; one word stands for them.
func kind(answer string) string {
	if strings.HasPrefix(answer, "{") {
		return "routed"
	}
	return answer
}
