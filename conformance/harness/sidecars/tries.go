package sidecars

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const (
	// By these, a request says to whom it goes, and what becomes of each of its tries: see try.
	triedAtHeader = "x-tried-at"
	scriptHeader  = "x-script"
	// Where Envoy counts tries, for the backend and for the client.
	triesHeader = "x-envoy-attempt-count"

	triedCluster = "tried"
	// Nobody listens there.
	absentCluster = "absent"
)

// Try has a route send requests where they say, with its own timeouts and retries. Copies are not made.
func Try(r *route.Route) {
	if action := r.GetRoute(); action != nil {
		action.ClusterSpecifier = &route.RouteAction_ClusterHeader{ClusterHeader: triedAtHeader}
		action.RequestMirrorPolicies, action.HashPolicy, action.HostRewriteSpecifier = nil, nil, nil
	}
}

// CountTries has Envoy say to backends and to clients which try it is.
func CountTries(routes *route.RouteConfiguration) *route.RouteConfiguration {
	counting := proto.Clone(routes).(*route.RouteConfiguration)
	for _, host := range counting.VirtualHosts {
		host.IncludeRequestAttemptCount, host.IncludeAttemptCountInResponse = true, true
	}
	return counting
}

// Tried says how a request ended, and after how many tries. None was made where that is unknown.
func Tried(response *http.Response) (string, bool) {
	tries := response.Header.Get(triesHeader)
	return fmt.Sprintf("HTTP %d, gRPC %q after tries: %s", response.StatusCode, response.Header.Get("grpc-status"), tries), tries != ""
}

func triedClusters(backend string) []*cluster.Cluster {
	pipe := func(path string) *core.Address {
		return &core.Address{Address: &core.Address_Pipe{Pipe: &core.Pipe{Path: path}}}
	}
	tried := clusterOf(triedCluster, pipe(backend))
	// Requests that others try again are no limit.
	tried.CircuitBreakers = &cluster.CircuitBreakers{Thresholds: []*cluster.CircuitBreakers_Thresholds{{MaxRetries: wrapperspb.UInt32(1000)}}}
	absent := clusterOf(absentCluster, pipe(filepath.Join(filepath.Dir(backend), absentCluster)))
	absent.CircuitBreakers = tried.CircuitBreakers
	return []*cluster.Cluster{tried, absent}
}

// Answers a try as the script of its request has it: `503 reset slow:300 grpc:14 200`, of which the last is for all tries that follow.
func try(connection io.Writer, script, tries string) {
	steps := strings.Fields(script)
	n, err := strconv.Atoi(tries)
	if err != nil || n < 1 {
		return
	}
	step, of, _ := strings.Cut(steps[min(n, len(steps))-1], ":")
	status, more := step, ""
	switch step {
	case "reset":
		return
	case "slow":
		milliseconds, _ := strconv.Atoi(of)
		time.Sleep(time.Duration(milliseconds) * time.Millisecond)
		status = "200"
	case "grpc":
		status, more = "200", "content-type: application/grpc\r\ngrpc-status: "+of+"\r\n"
	}
	fmt.Fprintf(connection, "HTTP/1.1 %s Said\r\n%sConnection: close\r\nContent-Length: 0\r\n\r\n", status, more)
}
