package sidecars

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strings"
)

// AnswerHeader is where Envoy says what it decided.
const AnswerHeader = "x-answer"

// PathHeader is where the backend says which path it was asked for.
const PathHeader = "x-path"

// Stands behind the sidecars: it answers who gets through.
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
			go answerOne(connection)
		}
	}()
	return l, nil
}

// It takes one request for each connection, and says so, or Envoy might send the next one while this one is being closed.
func answerOne(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReader(connection)
	// As in `GET /cart?id=7 HTTP/1.1`.
	first, err := reader.ReadString('\n')
	if err != nil {
		return
	}
	headers, err := textproto.NewReader(reader).ReadMIMEHeader()
	if err != nil {
		return
	}
	if script := headers.Get(scriptHeader); script != "" {
		try(connection, script, headers.Get(triesHeader))
		return
	}
	words := strings.Split(first+" ", " ")
	path, _, _ := strings.Cut(words[1], "?")
	answer := backendCluster
	if words[0] == http.MethodConnect {
		answer, path = headers.Get(AnswerHeader), ""
		fmt.Fprint(connection, "HTTP/1.1 200 OK\r\n\r\n")
		if _, err := reader.Peek(1); err != nil {
			return
		}
		// What else the client says must not be lost, or the answer might be.
		defer io.Copy(io.Discard, reader) //nolint:errcheck
		defer connection.(*net.UnixConn).CloseWrite()
	}
	fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\n%s: %s\r\n%s: %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", AnswerHeader, answer, PathHeader, path)
}
