package main

import (
	"fmt"
	"net"
	"net/http"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"

	"cdk8s-mesh.dev/conformance/harness/sidecars"
	meshconfig "istio.io/api/mesh/v1alpha1"
)

const (
	authorizerHost = "authorizer.infra.svc.cluster.local"
	authorizerPort = 8000
	// What it lets pass says so.
	passHeader = "x-pass"
)

// The providers that policies of action CUSTOM may name: one that answers, and one of a Service that no case has.
func withAuthorizers(config *meshconfig.MeshConfig) *meshconfig.MeshConfig {
	for name, service := range map[string]string{"opa": authorizerHost, "gone": "gone.infra.svc.cluster.local"} {
		config.ExtensionProviders = append(config.ExtensionProviders, &meshconfig.MeshConfig_ExtensionProvider{
			Name: name,
			Provider: &meshconfig.MeshConfig_ExtensionProvider_EnvoyExtAuthzHttp{
				EnvoyExtAuthzHttp: &meshconfig.MeshConfig_ExtensionProvider_EnvoyExternalAuthorizationHttpProvider{
					Service: service, Port: authorizerPort, IncludeRequestHeadersInCheck: []string{passHeader},
				},
			},
		})
	}
	return config
}

// Answers the questions of the sidecars: it denies what does not say that it may pass. Returned is the cluster by which they know it.
func serveAuthorizer() (*http.Server, *cluster.Cluster, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get(passHeader) != "yes" {
			w.WriteHeader(http.StatusForbidden)
		}
	})}
	go func() { _ = server.Serve(l) }()
	name := fmt.Sprintf("outbound|%d||%s", authorizerPort, authorizerHost)
	return server, sidecars.Cluster(name, l.Addr().(*net.TCPAddr).Port), nil
}
