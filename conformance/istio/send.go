package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"cdk8s-mesh.dev/conformance/harness"
	"cdk8s-mesh.dev/conformance/harness/sidecars"
)

const (
	allowed = "allowed"
	denied  = "denied"
	noRoute = "no route"
	// By its token, before a policy was asked.
	rejected = "rejected"
	// Above a rate limit; what speaks gRPC learns it by its status.
	limited = "limited"
	// What a limit says of itself, where it has an answer of its own.
	limitHeader = "x-limit"
)

// What a sidecar offers, by what its client speaks.
var protocols = map[string][]string{
	"HTTP": {"istio-http/1.1", "istio", "http/1.1"},
	"GRPC": {"istio-h2", "istio", "h2"},
	"TCP":  {"istio-peer-exchange", "istio"},
	"TLS":  {"istio-peer-exchange", "istio"},
}

// What becomes of a probe at a sidecar or a waypoint.
func send(envoy *sidecars.Envoy, listener string, p probe, toPod bool) (string, error) {
	var session *tls.Config
	switch {
	case toPod:
		session = &tls.Config{NextProtos: protocols[p.Protocol]}
	case p.Waypoint != "":
		session = &tls.Config{}
	// Of the mesh; whoever comes from outside speaks plain text here.
	case p.Gateway && p.Client != "":
		session = &tls.Config{NextProtos: []string{"http/1.1"}}
	}
	response, err := envoy.Send(listener, p.Request, session)
	if errors.Is(err, sidecars.ErrClosed) {
		return denied, nil
	}
	if err != nil {
		return "", err
	}
	if end, known := sidecars.Tried(response); p.Tried && known {
		return end, nil
	}
	answer, told := response.Header.Get(sidecars.AnswerHeader), ""
	if p.PassedOn != "" && strings.Contains(response.Header.Get(passedOnHeader), p.PassedOn) {
		told = " with the token"
	}
	if by := response.Header.Get(limitHeader); by != "" {
		told += " by " + by
	}
	status := response.Header.Get("grpc-status")
	switch {
	case answer != "" && toPod:
		return allowed + told, nil
	case answer != "" && p.Waypoint != "":
		return answer + told, nil
	case answer != "":
		return strings.TrimSpace(answer + told + " " + response.Header.Get(sidecars.PathHeader)), nil
	// Its token is not valid; what speaks gRPC learns it by its status.
	case response.StatusCode == http.StatusUnauthorized || status == "16":
		return rejected, nil
	case response.StatusCode == http.StatusForbidden || status == "7":
		return denied, nil
	case response.StatusCode == http.StatusTooManyRequests || status == "8":
		return limited + told, nil
	case response.StatusCode == http.StatusNotFound || status == "12":
		return noRoute, nil
	case response.StatusCode == http.StatusBadRequest || status == "13":
		return harness.Malformed, nil
	}
	failure := fmt.Sprintf("HTTP %d, gRPC %q", response.StatusCode, status)
	if location := response.Header.Get("location"); location != "" {
		failure += ", to " + location
	}
	return failure + told, nil
}
