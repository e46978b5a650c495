package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const (
	allowed = "allowed"
	denied  = "denied"
	noRoute = "no route"
	// Envoy does not take what the sidecar is told.
	refused = "refused"
	// Envoy refuses the request before any policy or route sees it.
	malformed = "malformed"
)

// What Envoy answers to a probe of the listener at this address.
func send(address string, p probe, pki *pki) (string, error) {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return "", err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return "", err
	}
	if _, err := fmt.Fprintf(connection, "PROXY TCP4 10.255.255.1 %s 40000 %d\r\n", p.Address, p.Port); err != nil {
		return "", err
	}
	inbound := p.Direction == "inbound"
	if inbound && p.Client != "" {
		certificate, err := pki.client(p.Client)
		if err != nil {
			return "", err
		}
		// The certificate of the pod is not in question here.
		connection = tls.Client(connection, &tls.Config{
			Certificates:       []tls.Certificate{certificate},
			ServerName:         p.ServerName,
			NextProtos:         []string{"osm"},
			InsecureSkipVerify: true, //nolint:gosec
		})
	}
	if !inbound && p.Protocol == "TCP" {
		said, err := io.ReadAll(connection)
		if err != nil && os.IsTimeout(err) {
			return "", err
		}
		if len(said) == 0 {
			return noRoute, nil
		}
		return string(said), nil
	}
	response, err := exchange(connection, p)
	switch {
	case err != nil && os.IsTimeout(err):
		return "", err
	case err != nil && inbound:
		return denied, nil
	case err != nil:
		return noRoute, nil
	}
	answer := response.Header.Get(answerHeader)
	switch {
	case answer != "" && inbound:
		return allowed, nil
	case answer != "":
		return answer, nil
	// What no route takes is not let in.
	case inbound && (response.StatusCode == http.StatusForbidden || response.StatusCode == http.StatusNotFound):
		return denied, nil
	case response.StatusCode == http.StatusNotFound:
		return noRoute, nil
	case response.StatusCode == http.StatusBadRequest:
		return malformed, nil
	}
	return fmt.Sprintf("HTTP %d", response.StatusCode), nil
}

// Writes a request byte for byte as the probe has it.
func exchange(connection net.Conn, p probe) (*http.Response, error) {
	var request strings.Builder
	fmt.Fprintf(&request, "%s %s HTTP/1.1\r\nHost: %s\r\n", p.Method, p.Target, p.Host)
	for name, value := range p.Headers {
		fmt.Fprintf(&request, "%s: %s\r\n", name, value)
	}
	request.WriteString("Connection: close\r\n\r\n")
	if _, err := connection.Write([]byte(request.String())); err != nil {
		return nil, err
	}
	response, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: p.Method})
	if err == nil {
		response.Body.Close()
	}
	return response, err
}

// Stands behind the TCP ports: it answers who gets through.
func serveBackend(socket string) (net.Listener, error) {
	l, err := net.Listen("unix", socket)
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			connection, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				if _, err := bufio.NewReader(connection).ReadString('\n'); err == nil {
					fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\n%s: %s\r\nContent-Length: 0\r\n\r\n", answerHeader, backendCluster)
				}
			}()
		}
	}()
	return l, nil
}
