// Has OSM's control plane translate the manifests of each case, and Envoy decide on each of its probes.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	"github.com/rs/zerolog"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: osm CASES ENVOY")
		os.Exit(2)
	}
	zerolog.SetGlobalLevel(zerolog.Disabled)
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
	var listeners []*listener.Listener
	refusals := map[string]bool{}
	for i, c := range r.Cases {
		added, err := translate(i, c, pki, refusals)
		if err != nil {
			return false, fmt.Errorf("%s: %w", c.Name, err)
		}
		listeners = append(listeners, added...)
	}
	socket := filepath.Join(folder, "backend")
	backend, err := serveBackend(socket)
	if err != nil {
		return false, err
	}
	defer backend.Close()
	running, err := start(binary, folder, listeners, socket)
	if err != nil {
		return false, err
	}
	defer running.stop()
	t := tally{answers: map[string]int{}}
	for i, c := range r.Cases {
		for _, p := range c.Probes {
			// A sidecar without a listener takes nothing.
			answer := denied
			if p.Direction == "outbound" {
				answer = noRoute
			}
			if refusals[nameOf(i, p)] {
				answer = refused
			}
			if address, ok := running.listeners[nameOf(i, p)]; ok {
				if answer, err = send(address, p, pki); err != nil {
					return false, fmt.Errorf("%s: %w", c.Name, err)
				}
			}
			t.add(c, p, answer)
		}
	}
	t.print(len(r.Cases), r.Seed)
	return t.disagreed == 0, nil
}

// The same for all probes of one listener.
func nameOf(i int, p probe) string {
	return fmt.Sprintf("%d/%s/%s/%s", i, p.Direction, p.Namespace, p.Pod)
}

// The listeners that the probes of a case meet, as OSM makes them.
func translate(i int, c testCase, pki *pki, refusals map[string]bool) ([]*listener.Listener, error) {
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
		if p.Direction == "outbound" {
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

// How often each answer was given, and by whom it was contradicted.
type tally struct {
	answers   map[string]int
	disagreed int
}

func (t *tally) add(c testCase, p probe, osm string) {
	t.answers[kind(osm)]++
	if osm == malformed {
		return
	}
	var others []string
	for who, said := range p.Answers {
		if !slices.Contains(said, osm) {
			others = append(others, fmt.Sprintf("  %s: %s\n", who, strings.Join(said, " or ")))
		}
	}
	if len(others) == 0 {
		return
	}
	t.disagreed++
	sort.Strings(others)
	fmt.Printf("%s: %s, pod %s/%s, %s %s%s, port %d, client %q, headers %v\n  OSM: %s\n%s", c.Name, p.Direction, p.Namespace, p.Pod,
		p.Method, p.Host, p.Target, p.Port, p.Client, p.Headers, osm, strings.Join(others, ""))
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
