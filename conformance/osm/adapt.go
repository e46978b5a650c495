package main

import (
	"fmt"
	"strings"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tcp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	"github.com/openservicemesh/osm/pkg/envoy"

	"cdk8s-mesh.dev/conformance/harness/sidecars"
)

// Envoy would not take what OSM tells it, by the rules that come with its API: the sidecar stays without it.
type errRefused struct{ error }

// Makes a sidecar's listener one that answers by itself. What decides stays as OSM wrote it: filter chains, RBAC, the order and the
// matches of routes.
func (s sidecar) adapt(name string, original *listener.Listener, pki *sidecars.PKI) (*listener.Listener, error) {
	return sidecars.Adapt(original, name, pki, func(f *listener.Filter) (*listener.Filter, error) {
		switch {
		case f.Name == envoy.HTTPConnectionManagerFilterName:
			return s.adaptHTTP(f)
		case f.Name == envoy.TCPProxyFilterName:
			return answerTCP(f)
		}
		return f, nil
	})
}

// Instead of sending a connection to its clusters, a TCP proxy names them.
func answerTCP(f *listener.Filter) (*listener.Filter, error) {
	var proxy tcp.TcpProxy
	if err := f.GetTypedConfig().UnmarshalTo(&proxy); err != nil {
		return nil, err
	}
	if err := proxy.Validate(); err != nil {
		return nil, errRefused{err}
	}
	return sidecars.ToBackend(f, sidecars.BackendsOf(&proxy, serviceOf)), nil
}

func (s sidecar) adaptHTTP(f *listener.Filter) (*listener.Filter, error) {
	var manager hcm.HttpConnectionManager
	if err := f.GetTypedConfig().UnmarshalTo(&manager); err != nil {
		return nil, err
	}
	routes := s.routes[manager.GetRds().GetRouteConfigName()]
	if routes == nil {
		// As OSM answers a sidecar that asks for routes which are none.
		routes = &route.RouteConfiguration{Name: manager.GetRds().GetRouteConfigName()}
	}
	if err := routes.Validate(); err != nil {
		return nil, errRefused{err}
	}
	for _, host := range routes.VirtualHosts {
		for _, r := range host.Routes {
			// The rules in Go look over what is there and empty.
			if len(r.GetRoute().GetWeightedClusters().GetClusters()) == 0 {
				return nil, errRefused{fmt.Errorf("%s has no clusters", host.Name)}
			}
		}
	}
	return sidecars.AdaptHTTP(f, &manager, routes, answer), nil
}

// Instead of sending a request to its clusters, a route names them.
func answer(r *route.Route) {
	backends := sidecars.Shares{}
	for _, c := range r.GetRoute().GetWeightedClusters().GetClusters() {
		backends[serviceOf(c.Name)] += float64(c.Weight.GetValue())
	}
	sidecars.Answer(r, backends)
}

// A cluster is a Service and a port of its pods, as in `shop/v1|8080`.
func serviceOf(cluster string) string {
	service, _, _ := strings.Cut(cluster, "|")
	return service
}
