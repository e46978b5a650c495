package main

import "sync"

const (
	// How many requests are under way at one time, where backends take theirs.
	together = 8
	// How often one is sent whose answer nobody expects: that this machine is slow must not look as if a timeout struck.
	patient = 3
)

type told struct {
	answer string
	err    error
}

func (t told) told() (string, error) { return t.answer, t.err }

// The answers to requests that are tried again, by case and probe. They take the time that backends take.
func tries(cases []testCase, asking func(int, testCase) func(probe) (string, error)) map[[2]int]told {
	var (
		all   = map[[2]int]told{}
		lock  sync.Mutex
		group sync.WaitGroup
		turn  = make(chan struct{}, together)
	)
	for i, c := range cases {
		for j, p := range c.Probes {
			if !p.Tried {
				continue
			}
			group.Add(1)
			turn <- struct{}{}
			go func() {
				defer group.Done()
				t := toldOf(p, asking(i, c))
				lock.Lock()
				all[[2]int{i, j}] = t
				lock.Unlock()
				<-turn
			}()
		}
	}
	group.Wait()
	return all
}

func toldOf(p probe, ask func(probe) (string, error)) told {
	var t told
	for range patient {
		if t.answer, t.err = ask(p); t.err != nil || p.Answers.Take(t.answer) {
			break
		}
	}
	return t
}
