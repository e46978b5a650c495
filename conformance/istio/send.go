package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/net/http2"
)

const (
	allowed = "allowed"
	denied  = "denied"
	noRoute = "no route"
	// Above a rate limit; what speaks gRPC learns it by its status.
	limited = "limited"
	// Envoy refuses the request before any policy or route sees it.
	malformed = "malformed"
)

// What a sidecar offers, by what its client speaks.
var protocols = map[string][]string{
	"HTTP": {"istio-http/1.1", "istio", "http/1.1"},
	"GRPC": {"istio-h2", "istio", "h2"},
	"TCP":  {"istio-peer-exchange", "istio"},
}

// What Envoy answers to a probe of the listener at this address.
func send(address string, p probe, toPod bool, pki *pki) (string, error) {
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
	if toPod && p.Client != "" {
		certificate, err := pki.client(p.Client)
		if err != nil {
			return "", err
		}
		// The certificate of the pod is not in question here.
		connection = tls.Client(connection, &tls.Config{
			Certificates:       []tls.Certificate{certificate},
			NextProtos:         protocols[p.Protocol],
			InsecureSkipVerify: true, //nolint:gosec
		})
	}
	exchange := exchangeHTTP1
	if p.Protocol == "GRPC" {
		exchange = exchangeGRPC
	}
	response, err := exchange(connection, p)
	switch {
	case err != nil && os.IsTimeout(err):
		return "", err
	case err != nil:
		return denied, nil
	}
	answer := response.Header.Get(answerHeader)
	status := response.Header.Get("grpc-status")
	switch {
	case answer != "" && toPod:
		return allowed, nil
	case answer != "":
		return strings.TrimSpace(answer + " " + response.Header.Get(pathHeader)), nil
	case response.StatusCode == http.StatusForbidden || status == "7":
		return denied, nil
	case response.StatusCode == http.StatusTooManyRequests || status == "8":
		return limited, nil
	case response.StatusCode == http.StatusNotFound || status == "12":
		return noRoute, nil
	case response.StatusCode == http.StatusBadRequest || status == "13":
		return malformed, nil
	}
	return fmt.Sprintf("HTTP %d, gRPC %q", response.StatusCode, status), nil
}

// Writes a request byte for byte as the probe has it.
func exchangeHTTP1(connection net.Conn, p probe) (*http.Response, error) {
	var request strings.Builder
	fmt.Fprintf(&request, "%s %s HTTP/1.1\r\nHost: %s\r\n", p.Method, p.Target, p.Host)
	for _, h := range p.Headers {
		fmt.Fprintf(&request, "%s: %s\r\n", h[0], h[1])
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

func exchangeGRPC(connection net.Conn, p probe) (*http.Response, error) {
	transport := &http2.Transport{AllowHTTP: true}
	client, err := transport.NewClientConn(connection)
	if err != nil {
		return nil, err
	}
	request := &http.Request{
		Method: p.Method,
		// The one form in which the client leaves the target as it is.
		URL:    &url.URL{Scheme: "http", Host: p.Host, Opaque: "//" + p.Host + p.Target},
		Host:   p.Host,
		Header: http.Header{"Content-Type": {"application/grpc"}, "Te": {"trailers"}},
	}
	for _, h := range p.Headers {
		request.Header.Add(h[0], strings.TrimSpace(h[1]))
	}
	response, err := client.RoundTrip(request)
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
			go answerTCP(connection)
		}
	}()
	return l, nil
}

func answerTCP(connection net.Conn) {
	defer connection.Close()
	request := bufio.NewReader(connection)
	path := ""
	for {
		line, err := request.ReadString('\n')
		if err != nil {
			return
		}
		if path == "" {
			// As in `GET /cart?id=7 HTTP/1.1`.
			path, _, _ = strings.Cut(strings.Split(line+" ", " ")[1], "?")
		}
		if strings.TrimSpace(line) == "" {
			fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\n%s: %s\r\n%s: %s\r\nContent-Length: 0\r\n\r\n", answerHeader, backendCluster, pathHeader, path)
			return
		}
	}
}
