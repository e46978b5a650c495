package main

import (
	"encoding/json"
	"os"
)

// A run of cases, as cases.ts writes it.
type run struct {
	Seed  int        `json:"seed"`
	Cases []testCase `json:"cases"`
}

// A cluster, and probes of it.
type testCase struct {
	Name string `json:"name"`
	// Whether everyone may call everyone, whatever SMI says.
	Permissive bool              `json:"permissive"`
	Manifests  []json.RawMessage `json:"manifests"`
	Probes     []probe           `json:"probes"`
}

// A request as the sidecar of its pod gets it, or as that of its client sends it on.
type probe struct {
	// "inbound", where the answer is "allowed" or "denied", or "outbound", where it is the backends with their shares.
	Direction string `json:"direction"`
	// The name of the pod whose sidecar is asked, in its namespace.
	Namespace string `json:"namespace"`
	Pod       string `json:"pod"`
	// ServiceAccount and namespace of the client, as in "web.shop"; empty is plain text.
	Client string `json:"client"`
	// Of the Service: its address, and the name by which sidecars tell Services apart.
	Address    string            `json:"address"`
	ServerName string            `json:"serverName"`
	Port       uint32            `json:"port"`
	Protocol   string            `json:"protocol"`
	Host       string            `json:"host"`
	Method     string            `json:"method"`
	Target     string            `json:"target"`
	Headers    map[string]string `json:"headers"`
	// What is to be compared, by who says it: one answer, or several of which each will do.
	Answers map[string][]string `json:"answers"`
}

func load(file string) (run, error) {
	var r run
	data, err := os.ReadFile(file)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(data, &r)
}
