// Has Cilium's agent parse the policies of each case, and its policy engine decide on each of its probes.
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: cilium CASES")
		os.Exit(2)
	}
	agreed, err := compare(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || !agreed {
		os.Exit(1)
	}
}

func compare(file string) (bool, error) {
	r, err := load(file)
	if err != nil {
		return false, err
	}
	if err := configure(); err != nil {
		return false, err
	}
	t := tally{answers: map[string]int{}}
	for _, c := range r.Cases {
		a, err := newAgent(c)
		if err != nil {
			return false, fmt.Errorf("%s: %w", c.Name, err)
		}
		for i, p := range c.Probes {
			answer, err := a.decide(i, p)
			if err != nil {
				return false, fmt.Errorf("%s: %w", c.Name, err)
			}
			t.add(c, p, answer)
		}
	}
	t.print(len(r.Cases), r.Seed)
	return t.disagreed == 0, nil
}

// How often each answer was given, and by whom it was contradicted.
type tally struct {
	answers   map[string]int
	disagreed int
}

func (t *tally) add(c testCase, p probe, cilium string) {
	t.answers[kind(cilium)]++
	var others []string
	for who, said := range p.Answers {
		if said != kind(cilium) {
			others = append(others, fmt.Sprintf("  %s: %s\n", who, said))
		}
	}
	if len(others) == 0 {
		return
	}
	t.disagreed++
	sort.Strings(others)
	fmt.Printf("%s: %s, %s %s %s, port %d/%s, headers %v\n  pod %v, peer %+v\n  Cilium: %s\n%s", c.Name, p.Direction,
		p.Speaks, p.Method, p.Host+p.Target+p.Name, p.Port, p.Protocol, p.Headers, p.Pod, p.Peer, cilium, strings.Join(others, ""))
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
	fmt.Printf("%d connections in %d cases, seed %d: %s; %d disagreements\n", total, cases, seed, strings.Join(kinds, ", "), t.disagreed)
}

// Why a policy is refused is for the reader, not for the comparison.
func kind(answer string) string {
	before, _, _ := strings.Cut(answer, ":")
	return before
}
