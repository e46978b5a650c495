package sidecars

import (
	"bufio"
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/http2"
)

// Request is what goes over the wire.
type Request struct {
	// Identity of the client; empty is plain text.
	Client string `json:"client"`
	// The address of the client, one of loopback, where it matters: policies may ask for that of the connection itself.
	Source string `json:"source"`
	// What the client means, and what it speaks.
	Address  string      `json:"address"`
	Port     uint32      `json:"port"`
	Protocol string      `json:"protocol"`
	Host     string      `json:"host"`
	Method   string      `json:"method"`
	Target   string      `json:"target"`
	Headers  [][2]string `json:"headers"`
}

// ErrClosed says that Envoy closed the connection without an answer: by that it refuses clients.
var ErrClosed = errors.New("closed without an answer")

var errUnreached = errors.New("Envoy did not reach the backend")

// How long a client waits, and how often it tries.
const (
	patience = 20 * time.Second
	attempts = 3
)

// Send gives what Envoy answers by the listener of that name. It tries again where nothing was decided: where a connection was
// not made, an answer took too long, or what stands behind was not reached.
func (e *Envoy) Send(listener string, r Request, session *tls.Config) (*http.Response, error) {
	var err error
	for range attempts {
		var response *http.Response
		if response, err = e.try(listener, r, session); err == nil || errors.Is(err, ErrClosed) {
			return response, err
		}
	}
	return nil, fmt.Errorf("%s %s by %s: %w", r.Method, r.Target, listener, err)
}

func (e *Envoy) try(listener string, r Request, session *tls.Config) (*http.Response, error) {
	var dialer net.Dialer
	if r.Source != "" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(r.Source)}
	}
	connection, err := dialer.Dial("tcp", e.listeners[listener])
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(connection, "PROXY TCP4 %s %s 40000 %d\r\n", cmp.Or(r.Source, "10.255.255.1"), r.Address, r.Port); err != nil {
		return nil, err
	}
	if session != nil && r.Client != "" {
		certificate, err := e.pki.client(r.Client)
		if err != nil {
			return nil, err
		}
		session = session.Clone()
		// The certificate of the pod is not in question here.
		session.Certificates, session.InsecureSkipVerify = []tls.Certificate{certificate}, true //nolint:gosec
		connection = tls.Client(connection, session)
	}
	by := exchangeHTTP1
	switch r.Protocol {
	case "GRPC":
		by = exchangeGRPC
	case "TLS":
		by = exchangeHello
	case "BYTES":
		by = exchangeBytes
	}
	response, err := by(connection, r)
	var network net.Error
	switch {
	case errors.As(err, &network) && network.Timeout():
		return nil, err
	case err != nil:
		return nil, ErrClosed
	case isFault(response):
		response.Header.Del(AnswerHeader)
	case unreached(response):
		return nil, errUnreached
	}
	return response, nil
}

// Where Envoy says why it answered by itself.
const flagsHeader = "x-flags"

// A fault on the way has the headers that its route adds, too.
func isFault(response *http.Response) bool {
	return strings.Contains(response.Header.Get(flagsHeader), "FI")
}

// Envoy's own answer in the name of a backend that it did not reach has the headers that its route adds.
func unreached(response *http.Response) bool {
	return response.Header.Get(AnswerHeader) != "" && (response.StatusCode == http.StatusServiceUnavailable || response.Header.Get("grpc-status") == "14")
}

// Writes a request byte for byte.
func exchangeHTTP1(connection net.Conn, r Request) (*http.Response, error) {
	var request strings.Builder
	fmt.Fprintf(&request, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.Method, r.Target, r.Host)
	for _, h := range r.Headers {
		fmt.Fprintf(&request, "%s: %s\r\n", h[0], h[1])
	}
	request.WriteString("Connection: close\r\n\r\n")
	return exchange(connection, []byte(request.String()), r.Method)
}

// Begins TLS with the host as its server name. Whoever is reached answers in plain text: nothing is behind that TLS.
func exchangeHello(connection net.Conn, r Request) (*http.Response, error) {
	client, server := net.Pipe()
	defer client.Close()
	defer server.Close()
	go tls.Client(client, &tls.Config{ServerName: r.Host, InsecureSkipVerify: true}).Handshake() //nolint:errcheck,gosec
	hello := make([]byte, 1<<14)
	n, err := server.Read(hello)
	if err != nil {
		return nil, err
	}
	return exchange(connection, hello[:n], r.Method)
}

// Says what is neither HTTP nor TLS.
func exchangeBytes(connection net.Conn, r Request) (*http.Response, error) {
	return exchange(connection, []byte("\x00\x01\x02\x03\r\n\r\n"), r.Method)
}

func exchange(connection net.Conn, said []byte, method string) (*http.Response, error) {
	_, writing := connection.Write(said)
	// Envoy may have said what it has to say, and closed, before it was asked.
	response, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: method})
	if err != nil {
		return nil, errors.Join(writing, err)
	}
	response.Body.Close()
	return response, nil
}

func exchangeGRPC(connection net.Conn, r Request) (*http.Response, error) {
	transport := &http2.Transport{AllowHTTP: true}
	client, err := transport.NewClientConn(connection)
	if err != nil {
		return nil, err
	}
	request := &http.Request{
		Method: r.Method,
		// The one form in which the client leaves the target as it is.
		URL:    &url.URL{Scheme: "http", Host: r.Host, Opaque: "//" + r.Host + r.Target},
		Host:   r.Host,
		Header: http.Header{"Content-Type": {"application/grpc"}, "Te": {"trailers"}},
	}
	for _, h := range r.Headers {
		request.Header.Add(h[0], strings.TrimSpace(h[1]))
	}
	response, err := client.RoundTrip(request)
	if err == nil {
		response.Body.Close()
	}
	return response, err
}
