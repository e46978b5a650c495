// Package harness has what the Go programs of the suites share: cases in, answers compared, a tally out.
package harness

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Run has the cases that cases.ts writes.
type Run[C any] struct {
	Seed  int `json:"seed"`
	Cases []C `json:"cases"`
}

// Case is a cluster, and probes of it.
type Case[P any] struct {
	Name      string            `json:"name"`
	Manifests []json.RawMessage `json:"manifests"`
	Probes    []P               `json:"probes"`
}

// Said has what is to be compared, by who says it.
type Said map[string]OneOf

// Take tells whether everyone takes an answer for right.
func (s Said) Take(answer string) bool {
	for _, answers := range s {
		if !slices.Contains(answers, answer) {
			return false
		}
	}
	return true
}

// OneOf is an answer, or several of which each will do.
type OneOf []string

func (o *OneOf) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*o = OneOf{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(o))
}

// Main runs a program: with the file of its cases, and with what else its usage names.
func Main[C any](usage string, compare func(cases []C, tally *Tally, args ...string) error) {
	args := os.Args[1:]
	if len(args) != len(strings.Fields(usage))-1 {
		fmt.Fprintln(os.Stderr, "usage: "+usage)
		os.Exit(2)
	}
	var run Run[C]
	tally := &Tally{answers: map[string]int{}}
	data, err := os.ReadFile(args[0])
	if err == nil {
		err = json.Unmarshal(data, &run)
	}
	if err == nil {
		err = compare(run.Cases, tally, args[1:]...)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	tally.print(len(run.Cases), run.Seed)
	if tally.disagreed > 0 {
		os.Exit(1)
	}
}
