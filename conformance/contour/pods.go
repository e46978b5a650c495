package main

import (
	"crypto/tls"
	"net"
	"net/http"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"

	"cdk8s-mesh.dev/conformance/harness/sidecars"
)

// Pods that end the TLS of a gateway, one for each cluster with which Contour begins it; and those clusters, which lead there. The TLS
// stays as Contour wrote it.
func (g *gatewayConfig) pods(pki *sidecars.PKI) ([]*cluster.Cluster, error) {
	certificate, err := tls.X509KeyPair(pki.Server())
	if err != nil {
		return nil, err
	}
	var clusters []*cluster.Cluster
	for name, original := range g.encrypted {
		l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}}) //nolint:gosec
		if err != nil {
			return nil, err
		}
		answer := sidecars.Shares{serviceOf(name): 1}.String()
		go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { //nolint:errcheck,gosec
			w.Header().Set(sidecars.AnswerHeader, answer)
		}))
		c := sidecars.Cluster(g.podsOf(name), l.Addr().(*net.TCPAddr).Port)
		c.TransportSocket = original.TransportSocket
		clusters = append(clusters, c)
	}
	return clusters, nil
}

// The name of such a cluster among those of all cases.
func (g *gatewayConfig) podsOf(cluster string) string {
	return g.name + "/" + cluster
}
