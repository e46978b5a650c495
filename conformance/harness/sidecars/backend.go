package sidecars

import (
	"bufio"
	"fmt"
	"net"
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
			fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\n%s: %s\r\n%s: %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", AnswerHeader, backendCluster, PathHeader, path)
			return
		}
	}
}
