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

const noRoute = "no route"

// That of the gateway, which is in question nowhere.
const address = "192.0.2.1"

// What becomes of a request at the gateway.
func send(envoy *sidecars.Envoy, listener string, p probe) (string, error) {
	var session *tls.Config
	if p.Speaks == "HTTPS" || p.Speaks == "TLS" {
		protocol := "http/1.1"
		if p.Protocol == "GRPC" {
			protocol = "h2"
		}
		session = &tls.Config{ServerName: p.ServerName, NextProtos: []string{protocol}}
	}
	p.Address = address
	response, err := envoy.Send(listener, p.Request, session)
	// No filter chain is for the server name.
	if session != nil && errors.Is(err, sidecars.ErrClosed) {
		return noRoute, nil
	}
	if err != nil {
		return "", err
	}
	status := response.Header.Get("grpc-status")
	switch answer := response.Header.Get(sidecars.AnswerHeader); {
	case answer != "":
		return strings.TrimSpace(answer + " " + response.Header.Get(sidecars.PathHeader)), nil
	case response.Header.Get("Location") != "":
		return fmt.Sprintf("%d %s", response.StatusCode, response.Header.Get("Location")), nil
	case response.StatusCode == http.StatusNotFound || status == "12" || response.StatusCode == http.StatusMisdirectedRequest:
		return noRoute, nil
	case response.StatusCode == http.StatusBadRequest || status == "13":
		return harness.Malformed, nil
	}
	return fmt.Sprintf("HTTP %d", response.StatusCode), nil
}
