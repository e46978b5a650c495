package harness

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Malformed is what Envoy refuses to read. It gets to no policy and no backend, so there is nothing to compare.
const Malformed = "malformed"

// Tally counts how often each answer was given, and how often it was contradicted.
type Tally struct {
	answers   map[string]int
	disagreed int
}

// Add takes an answer to a probe, and prints it with the manifests if someone said otherwise.
func (t *Tally) Add(probe, answer string, said Said, manifests []json.RawMessage) {
	t.answers[kind(answer)]++
	if answer == Malformed {
		return
	}
	var others []string
	for who, answers := range said {
		if !slices.Contains(answers, answer) {
			others = append(others, fmt.Sprintf("  %s: %s\n", who, strings.Join(answers, " or ")))
		}
	}
	if len(others) == 0 {
		return
	}
	t.disagreed++
	sort.Strings(others)
	fmt.Printf("%s\n  the mesh: %s\n%s", probe, answer, strings.Join(others, ""))
	for _, m := range manifests {
		fmt.Printf("    %s\n", m)
	}
}

func (t *Tally) print(cases, seed int) {
	kinds := make([]string, 0, len(t.answers))
	total := 0
	for kind, n := range t.answers {
		kinds = append(kinds, fmt.Sprintf("%s %d", kind, n))
		total += n
	}
	sort.Strings(kinds)
	fmt.Printf("%d probes in %d cases, seed %d: %s; %d disagreements\n", total, cases, seed, strings.Join(kinds, ", "), t.disagreed)
}

// Backends have many names; one word stands for them.
func kind(answer string) string {
	if strings.HasPrefix(answer, "{") {
		return "routed"
	}
	failure, _, _ := strings.Cut(answer, ", to ")
	failure, _, _ = strings.Cut(failure, " after tries: ")
	return failure
}
