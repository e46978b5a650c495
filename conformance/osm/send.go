package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"

	"cdk8s-mesh.dev/conformance/harness"
	"cdk8s-mesh.dev/conformance/harness/sidecars"
)

const (
	allowed = "allowed"
	denied  = "denied"
	noRoute = "no route"
	// Envoy does not take what the sidecar is told.
	refused = "refused"
)

// What becomes of a probe that the sidecar does not take.
func (p probe) refusal() string {
	if p.Direction == "outbound" {
		return noRoute
	}
	return denied
}

// What becomes of a probe at a sidecar.
func send(envoy *sidecars.Envoy, listener string, p probe) (string, error) {
	inbound := p.Direction == "inbound"
	var session *tls.Config
	if inbound {
		session = &tls.Config{ServerName: p.ServerName, NextProtos: []string{"osm"}}
	}
	response, err := envoy.Send(listener, p.Request, session)
	if errors.Is(err, sidecars.ErrClosed) {
		return p.refusal(), nil
	}
	if err != nil {
		return "", err
	}
	answer := response.Header.Get(sidecars.AnswerHeader)
	switch {
	case answer != "" && p.Direction != "outbound":
		return allowed, nil
	case answer != "":
		return answer, nil
	case inbound && response.StatusCode == http.StatusForbidden:
		return denied, nil
	// What no route takes is not let in.
	case response.StatusCode == http.StatusNotFound:
		return p.refusal(), nil
	case response.StatusCode == http.StatusBadRequest:
		return harness.Malformed, nil
	}
	return fmt.Sprintf("HTTP %d", response.StatusCode), nil
}
